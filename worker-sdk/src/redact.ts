const secrets: readonly (readonly [RegExp, string])[] = [
  // Userinfo of a URL.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"<>]+@/gi, '$1***@'],
  // Tokens of GitHub, GitLab, Slack and AWS by their prefixes, and JSON web tokens.
  [/\b(?:gh[opsur]_|github_pat_|glpat-|xox[abprs]-)[A-Za-z0-9_-]{8,}/g, '***'],
  [/\bAKIA[0-9A-Z]{16}\b/g, '***'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+/g, '***'],
  [/\b(bearer|basic|token)(\s+)[A-Za-z0-9+/_.~=-]{12,}/gi, '$1$2***'],
  [
    /\b(access_token|private_token|token|api[_-]?key|secret|password|passwd)(["']?\s*[=:]\s*["']?)[^\s&"',;]+/gi,
    '$1$2***',
  ],
];

/** Takes credentials out of a text that people or the server will see. */
export function redact(text: string, known: readonly string[] = []): string {
  const withoutKnown = known.reduce(
    (rest, secret) => (secret.length < 8 ? rest : rest.replaceAll(secret, '***')),
    text,
  );
  return secrets.reduce((rest, [pattern, mask]) => rest.replace(pattern, mask), withoutKnown);
}

import type { z } from 'zod';

/** `steps[0].config`, as people write a place in an object. */
function joinPath(base: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, base);
}

/** One line for each issue, with its place below `base`. */
export function describeIssues(error: z.ZodError, base = ''): readonly string[] {
  return error.issues.map((issue) => {
    const place = joinPath(base, issue.path);
    return place === '' ? issue.message : `${place}: ${issue.message}`;
  });
}

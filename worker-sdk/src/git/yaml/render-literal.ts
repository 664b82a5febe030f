/** The lines of a text without its last line end. */
function linesOf(text: string): readonly string[] {
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

function chompingOf(value: string): string {
  if (!value.endsWith('\n')) return '-';
  return /(^|\n)\n$/.test(value) ? '+' : '';
}

function commonStart(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((line, index) => line !== b[index]);
  return at === -1 ? Math.min(a.length, b.length) : at;
}

/**
 * Rewrites the source of a literal block scalar (`|`) so that lines that stay keep their bytes.
 *
 * @param raw - The source from the header to the end of the last line.
 * @returns undefined when the value cannot be written in the same shape.
 */
export function renderLiteral(raw: string, value: string, eol: string): string | undefined {
  const headerEnd = raw.indexOf('\n') + 1;
  const header = raw.slice(0, headerEnd);
  const body = raw.slice(headerEnd);
  const firstText = linesOf(body).find((line) => line.trim() !== '');
  // A digit in the header fixes the indentation; `>` folds lines, so a changed line would move others.
  if (headerEnd === 0 || firstText === undefined || !/^\|[-+]?(\s|$)/.test(header)) return undefined;
  const indent = /^ */.exec(firstText)?.[0] ?? '';
  const newLines = linesOf(value);
  if (value.trim() === '' || /^[ \t]/.test(newLines.find((line) => line !== '') ?? '')) return undefined;

  const oldRaw = linesOf(body);
  const oldLines = oldRaw.map((line) => line.slice(indent.length));
  const start = commonStart(oldLines, newLines);
  const rest = Math.min(oldLines.length, newLines.length) - start;
  const end = Math.min(rest, commonStart(oldLines.toReversed(), newLines.toReversed()));
  const middle = newLines
    .slice(start, newLines.length - end)
    .map((line) => (line === '' ? '' : indent + line));
  const lines = [...oldRaw.slice(0, start), ...middle, ...(end === 0 ? [] : oldRaw.slice(-end))];

  const chomping = chompingOf(value);
  const kept = chomping === '' && header.startsWith('|+') ? '+' : chomping;
  return header.replace(/^\|[-+]?/, `|${kept}`) + lines.join(eol) + (body.endsWith('\n') ? eol : '');
}

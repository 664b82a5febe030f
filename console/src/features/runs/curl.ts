import { apiBase } from '../../shared/api-client.ts';
import type { Target } from '../../shared/run-actions.ts';

/** A request as a line for a shell, with the same encoding as the console's own requests. */
export function curlLine(
  { migrationId, candidateId }: Target,
  operation: string,
  body?: object,
  key?: string,
): string {
  const path = `${apiBase}/migrations/${encodeURIComponent(migrationId)}/candidates/${encodeURIComponent(candidateId)}/${operation}`;
  const url = quote(`${location.origin}${path}`);
  if (body === undefined) return `curl -sS ${url}`;
  const headers = [
    'Content-Type: application/json',
    ...(key === undefined ? [] : [`Idempotency-Key: ${key}`]),
  ];
  return [
    'curl -sS -X POST',
    url,
    ...headers.map((header) => `-H ${quote(header)}`),
    `-d ${quote(JSON.stringify(body))}`,
  ].join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

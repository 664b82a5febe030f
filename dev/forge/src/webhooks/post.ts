export interface PostAnswer {
  /** 0 when no answer came. */
  readonly statusCode: number;
  readonly status: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const LARGEST_BODY = 64 * 1024;

/** One POST that never throws, follows no redirect and reads only the beginning of the answer. */
export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  timeoutMs: number,
  stop: AbortSignal,
): Promise<PostAnswer> {
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), stop]);
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    return {
      statusCode: response.status,
      status: response.ok ? 'OK' : `Invalid HTTP Response: ${response.status}`,
      headers: Object.fromEntries(response.headers),
      body: await readBeginning(response),
    };
  } catch (error) {
    return { statusCode: 0, status: describeFailure(error), headers: {}, body: '' };
  }
}

async function readBeginning(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < LARGEST_BODY) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  await reader.cancel();
  return Buffer.concat(chunks).subarray(0, LARGEST_BODY).toString();
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'TimeoutError') return 'timed out';
  if (error.name === 'AbortError') return 'the forge closed';
  const cause = error.cause instanceof Error ? error.cause.message : error.message;
  return `failed to connect: ${cause}`;
}

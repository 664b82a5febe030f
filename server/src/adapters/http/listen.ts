import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface HttpServer {
  readonly port: number;
  /** Takes no more connections, lets requests in flight end for `patienceMs`, then cuts them off. */
  close(patienceMs: number): Promise<void>;
}

const CLOSE_IDLE_EVERY_MS = 50;
const TIMEOUTS = { requestTimeout: 60_000, headersTimeout: 15_000, keepAliveTimeout: 10_000 };

/** Rejects when the address is taken or not ours. */
export async function listenHttp(
  listener: RequestListener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<HttpServer> {
  const server = createServer(TIMEOUTS, listener);
  server.on('clientError', refuseGarbage);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async (patienceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A connection goes idle when its request ends, and would then be kept alive.
      const idle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
      const late = setTimeout(() => server.closeAllConnections(), patienceMs);
      await closed;
      clearInterval(idle);
      clearTimeout(late);
    },
  };
}

/** What is not HTTP, or has a longer head than Node reads, never becomes a request; it still gets a problem. */
function refuseGarbage(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const detail =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'The request line and the headers are longer than 16 KB.'
      : 'The request is not HTTP, or did not arrive in time.';
  const body = JSON.stringify({
    type: '/problems/malformed-request',
    title: 'The request could not be read',
    status: 400,
    detail,
  });
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

import { createServer, type Server } from 'node:net';
import { ProcessStartError } from './process-start-error.ts';

const host = '127.0.0.1';

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return address.port;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Ports of 127.0.0.1 that were free a moment ago, all different. Another process may still take one. */
export async function getFreePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map(portOf);
  await Promise.all(servers.map(close));
  return ports;
}

export async function isPortFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}

const attempts = 5;
/** How Redis, Temporal, Node and Docker say it. */
const collision = /already in use|already allocated|EADDRINUSE/i;

/**
 * Starts something on the wished ports, where 0 stands for any free one. When a free port was taken by another
 * process between choosing and listening, tries again with others; a wished port that is taken is an error at once.
 */
export async function startOnPorts<T>(
  wished: readonly number[],
  start: (ports: readonly number[]) => Promise<T>,
): Promise<T> {
  for (const port of wished) {
    if (port !== 0 && !(await isPortFree(port))) {
      throw new Error(
        `Port ${port} of ${host} is in use. Stop the program that listens there, or choose another port.`,
      );
    }
  }
  for (let attempt = 1; ; attempt++) {
    const free = await getFreePorts(wished.length);
    const ports = wished.map((port, index) => (port === 0 ? (free[index] ?? 0) : port));
    try {
      return await start(ports);
    } catch (error) {
      const hasCollided = error instanceof ProcessStartError && collision.test(error.output);
      if (!hasCollided || attempt === attempts || wished.every((port) => port !== 0)) throw error;
    }
  }
}

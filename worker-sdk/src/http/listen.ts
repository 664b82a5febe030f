import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Listens at `host:port`.
 *
 * @returns the URL; its port is the one that was taken where port 0 left it open.
 */
export async function listen(server: Server, address: string): Promise<string> {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), host.replace(/^\[|\]$/g, ''), () => {
      server.off('error', reject);
      resolve();
    });
  });
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP link to one part, between it and whoever is given `address` in its place. */
export interface Link {
  /** `host:port`. */
  readonly address: string;
  /** The given URL with this link's address in it. */
  through(url: string): string;
  /** When connections were made, in epoch ms, those that were refused included. */
  readonly connections: readonly number[];
  /** Resets what is open and whatever comes. */
  cut(): void;
  /** Takes connections and lets nothing through, as a network that drops packets. */
  hang(): void;
  /** Lets everything through this much later, one way. */
  slow(ms: number): void;
  /** What was held back goes on, and new connections pass. */
  heal(): void;
  stop(): Promise<void>;
}

type State = { readonly kind: 'open' | 'cut' | 'hung' } | { readonly kind: 'slow'; readonly ms: number };

/** Opens a link to `host:port`, which a test can cut, hang, slow down and heal. */
export async function openLink(target: string): Promise<Link> {
  const { hostname, port } = new URL(`tcp://${target}`);
  const sockets = new Set<Socket>();
  const connections: number[] = [];
  let state: State = { kind: 'open' };

  function forward(from: Socket, to: Socket): void {
    from.on('data', (data) => {
      const { kind } = state;
      if (kind === 'hung') from.pause();
      if (kind === 'slow') {
        // Timers of equal length fire in the order they were set, so bytes stay in order.
        setTimeout(() => to.destroyed || to.write(data), state.ms);
        return;
      }
      if (!to.write(data)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  }

  const server = createServer((near) => {
    connections.push(Date.now());
    if (state.kind === 'cut') {
      near.on('error', () => {});
      near.resetAndDestroy();
      return;
    }
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
    }
    forward(near, far);
    forward(far, near);
    if (state.kind === 'hung') near.pause();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const resume = () => {
    for (const socket of sockets) socket.resume();
  };
  return {
    address,
    through: (url) => {
      const own = new URL(url);
      own.host = address;
      return own.href.replace(/\/$/, '');
    },
    connections,
    cut: () => {
      state = { kind: 'cut' };
      for (const socket of sockets) socket.resetAndDestroy();
    },
    hang: () => {
      state = { kind: 'hung' };
      for (const socket of sockets) socket.pause();
    },
    slow: (ms) => {
      state = { kind: 'slow', ms };
      resume();
    },
    heal: () => {
      state = { kind: 'open' };
      resume();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** `host:port` of a URL. */
export const addressOf = (url: string): string => new URL(url).host;

import { connect } from 'node:net';

/** Sends one command to a Redis, past Loom, and gives the first line of its answer. */
export async function redisCommand(url: string, command: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${command}\r\n`));
    socket.setTimeout(10_000, () => socket.destroy(new Error(`Redis did not answer ${command}.`)));
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      const [line = ''] = data.toString().split('\r\n');
      if (line.startsWith('-')) reject(new Error(line));
      else resolve(line);
    });
  });
}

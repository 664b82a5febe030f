import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { getFreePorts, isPortFree, startOnPorts } from './free-port.ts';
import { ProcessStartError } from './process-start-error.ts';

async function occupy(): Promise<number> {
  const [port = 0] = await getFreePorts(1);
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return port;
}

const collision = () => new ProcessStartError('x', 'ended', 'bind: Address already in use', undefined);

it('gives different ports that are free', async () => {
  const ports = await getFreePorts(20);
  expect(new Set(ports).size).toBe(20);
  expect(await Promise.all(ports.map(isPortFree))).not.toContain(false);
});

it('tries other ports when another process was faster', async () => {
  const seen: (readonly number[])[] = [];
  const result = await startOnPorts([0, 0], async (ports) => {
    seen.push(ports);
    if (seen.length < 3) throw collision();
    return 'started';
  });
  expect(result).toBe('started');
  expect(new Set(seen.flat()).size).toBe(6);
});

it('gives up after five tries', async () => {
  let tries = 0;
  const starting = startOnPorts([0], async () => {
    tries++;
    throw collision();
  });
  await expect(starting).rejects.toThrow('Address already in use');
  expect(tries).toBe(5);
});

it('does not try again for another failure', async () => {
  let tries = 0;
  const starting = startOnPorts([0], async () => {
    tries++;
    throw new ProcessStartError('x', 'ended', 'out of memory', undefined);
  });
  await expect(starting).rejects.toThrow('out of memory');
  expect(tries).toBe(1);
});

it('keeps a wished port, and says so when it is taken', async () => {
  const [wished = 0] = await getFreePorts(1);
  const ports = await startOnPorts([wished, 0], async (ports) => ports);
  expect(ports[0]).toBe(wished);
  expect(ports[1]).not.toBe(0);
  const taken = await occupy();
  await expect(startOnPorts([taken], async () => 'started')).rejects.toThrow(
    `Port ${taken} of 127.0.0.1 is in use.`,
  );
});

import { until } from '../../test/support/until.ts';
import { call } from './http.ts';

/** What the API itself says about the time that it takes, from the first byte of a request to the end of its answer. */
export interface ServerMeter {
  /** Of the one read of this route since it was last asked, in ms. */
  lastRead(): Promise<number>;
}

export async function openServerMeter(serverUrl: string, route: string): Promise<ServerMeter> {
  const labels = `{route="${route}",method="GET",status="200"}`;
  const read = async () => {
    const { body } = await call('GET', `${serverUrl}/metrics`);
    const of = (part: 'sum' | 'count') => {
      const name = `loom_http_request_duration_seconds_${part}${labels} `;
      const line = body.split('\n').find((one) => one.startsWith(name));
      return line === undefined ? 0 : Number(line.slice(name.length));
    };
    return { count: of('count'), seconds: of('sum') };
  };
  let before = await read();
  return {
    lastRead: async () => {
      let now = before;
      // A request is counted a moment after its answer has left.
      await until('the read to be counted', async () => {
        now = await read();
        return now.count > before.count;
      });
      const { count, seconds } = before;
      if (now.count !== count + 1) throw new Error(`${now.count - count} reads were made instead of one.`);
      before = now;
      return (now.seconds - seconds) * 1_000;
    },
  };
}

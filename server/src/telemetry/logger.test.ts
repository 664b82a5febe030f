import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';

function logAndRead(log: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  const lines: string[] = [];
  const logger = createLogger({ level: 'debug', destination: { write: (line) => lines.push(line) } });
  log(logger);
  return JSON.parse(lines[0] ?? '{}') as Record<string, unknown>;
}

describe('logger', () => {
  it('writes facts as fields', () => {
    const line = logAndRead((logger) => logger.info({ runId: 'r', attempt: 2 }, 'step dispatched'));
    expect(line).toMatchObject({ level: 'info', msg: 'step dispatched', runId: 'r', attempt: 2 });
  });

  it('hides credentials under telling names, however deep', () => {
    const line = JSON.stringify(
      logAndRead((logger) =>
        logger.info({
          authorization: 'S3cret',
          body: { callbackToken: 'S3cret', list: [{ password: 'S3cret', apiKey: 'S3cret' }] },
          LOOM_SECRET: 'S3cret',
        }),
      ),
    );
    expect(line).not.toContain('S3cret');
  });

  it('hides userinfo in URLs and bearer tokens in text', () => {
    const line = JSON.stringify(
      logAndRead((logger) =>
        logger.warn({
          url: 'redis://user:S3cret@redis:6379/0 and https://S3cret@host/x',
          detail: 'sent Authorization: Bearer S3cret.x_y-z',
        }),
      ),
    );
    expect(line).not.toContain('S3cret');
    expect(line).toContain('redis:6379');
  });

  it('keeps an error with its causes, without credentials', () => {
    const cause = new Error('connect redis://u:S3cret@h failed');
    const line = logAndRead((logger) =>
      logger.error({ err: new TypeError('store is away', { cause }) }, 'request failed'),
    );
    expect(JSON.stringify(line)).not.toContain('S3cret');
    expect(line.err).toMatchObject({ type: 'TypeError', message: 'store is away', cause: { type: 'Error' } });
  });
});

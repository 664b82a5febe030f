import { describe, expect, test } from 'vitest';
import { redactMessage } from './redact-message.ts';

const bodyOf = (body: unknown, secretInputs?: readonly string[]) => {
  const { body: text, ...rest } = redactMessage({ headers: {}, body }, secretInputs);
  return { ...rest, body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text };
};

describe('a message that is kept', () => {
  test('has its headers without credentials and signatures', () => {
    const { headers } = redactMessage({
      headers: {
        Authorization: 'Bearer abc',
        'X-Hub-Signature-256': 'sha256=1',
        cookie: 'a=b',
        'set-cookie': ['a=b', 'c=d'],
        via: ['one', 'two'],
        referer: 'https://user:pw@host/',
        host: undefined,
      },
    });
    expect(headers).toEqual({
      authorization: '[redacted]',
      'x-hub-signature-256': '[redacted]',
      cookie: '[redacted]',
      'set-cookie': '[redacted]',
      via: 'one, two',
      referer: 'https://[redacted]@host/',
    });
  });

  test('has a body without tokens and secret inputs, and says so', () => {
    const body = { callbackToken: 't', inputs: { deploy: 's', name: 'x' }, config: { deploy: 'kept' } };
    const kept = { callbackToken: '[redacted]', inputs: { deploy: '[redacted]', name: 'x' } };
    const expected = { isRedacted: true, body: { ...kept, config: { deploy: 'kept' } } };
    expect(bodyOf(body, ['deploy'])).toMatchObject(expected);
    expect(bodyOf(JSON.stringify(body), ['deploy'])).toMatchObject(expected);
  });

  test('has an announcement without the defaults of secret inputs', () => {
    const requiredInputs = [
      { name: 'a', type: 'secret', default: 'hunter2' },
      { name: 'b', type: 'string', default: 'kept' },
    ];
    const expected = { body: { requiredInputs: [{ default: '[redacted]' }, { default: 'kept' }] } };
    expect(bodyOf({ requiredInputs })).toMatchObject({ isRedacted: true, ...expected });
    expect(bodyOf(JSON.stringify({ requiredInputs }))).toMatchObject({ isRedacted: true, ...expected });
  });

  test('is redacted the same way whether it has to be taken apart or not', () => {
    const dispatch = { callbackUrl: 'http://loom/api', callbackToken: 'a-b_c', outputs: { list: ['x'] } };
    const plain = redactMessage({ headers: {}, body: JSON.stringify(dispatch) });
    expect(JSON.parse(plain.body)).toEqual({ ...dispatch, callbackToken: '[redacted]' });
    const apart = redactMessage({ headers: {}, body: JSON.stringify({ ...dispatch, mail: 'a@b' }) });
    expect(JSON.parse(apart.body)).toEqual({ ...dispatch, callbackToken: '[redacted]', mail: 'a@b' });
    expect([plain.isRedacted, apart.isRedacted]).toEqual([true, true]);
    const spelt = '{"\\u0074oken":"x","a":"https://user:pw@host/"}';
    expect(JSON.parse(redactMessage({ headers: {}, body: spelt }).body)).toEqual({
      token: '[redacted]',
      a: 'https://[redacted]@host/',
    });
  });

  test('is kept as it was where nothing is secret, however deep', () => {
    const body = { outputs: { a: [{ b: [{ c: [{ d: [1, null, true, '🧵'] }] }] }] } };
    expect(bodyOf(body)).toMatchObject({ isRedacted: false, isTruncated: false, body });
    expect(redactMessage({ headers: {}, body: JSON.stringify(body) }).bytes).toBe(
      Buffer.byteLength(JSON.stringify(body)),
    );
  });

  test('loses what is nested deeper than people look', () => {
    let body: unknown = 'x';
    for (let depth = 0; depth < 100_000; depth += 1) body = [body];
    expect(bodyOf({ body })).toMatchObject({ isRedacted: true });
  });

  test('may be no JSON, or none of an object', () => {
    expect(bodyOf('sent by Bearer abc')).toMatchObject({
      isRedacted: true,
      body: 'sent by Bearer [redacted]',
    });
    expect(bodyOf('"text"')).toMatchObject({ isRedacted: false, body: '"text"' });
    expect(bodyOf(7)).toMatchObject({ body: '7' });
    expect(bodyOf(undefined)).toMatchObject({ body: '', bytes: 0, isTruncated: false });
  });

  test('is cut after 16 KB, and not read at all when it is large', () => {
    const long = redactMessage({ headers: {}, body: 'x'.repeat(20_000) });
    expect([long.body.length, long.bytes, long.isTruncated]).toEqual([16_384, 20_000, true]);
    const large = redactMessage({ headers: {}, body: 'x'.repeat(300_000) });
    expect([large.body, large.bytes, large.isTruncated]).toEqual(['', 300_000, true]);
    expect(redactMessage({ headers: {}, body: { a: 1 }, bytes: 300_000 }).isTruncated).toBe(true);
  });
});

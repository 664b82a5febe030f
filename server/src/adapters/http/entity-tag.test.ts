import { describe, expect, it } from 'vitest';
import { entityTag, matchesTag } from './entity-tag.ts';

describe('entity tags', () => {
  const tag = entityTag('{"a":1}');

  it('are weak, and differ when the text does', () => {
    expect(tag).toMatch(/^W\/"[\w-]{22}"$/);
    expect(entityTag('{"a":1}')).toBe(tag);
    expect(entityTag('{"a":2}')).not.toBe(tag);
  });

  it.each([tag, tag.replace('W/', ''), `"x", ${tag}`, `${tag},"x"`, '*', ' * '])(
    'match If-None-Match %s',
    (header) => {
      expect(matchesTag(header, tag)).toBe(true);
    },
  );

  it.each([undefined, '', '""', 'W/""', tag.slice(0, -2), `${tag}x`, tag.replaceAll('"', '')])(
    'do not match If-None-Match %s',
    (header) => {
      expect(matchesTag(header, tag)).toBe(false);
    },
  );
});

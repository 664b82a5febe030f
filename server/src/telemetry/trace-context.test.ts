import { describe, expect, it } from 'vitest';
import { continueTrace, formatTraceparent, parseTraceparent } from './trace-context.ts';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('trace context', () => {
  it('continues the trace of the caller in a new span', () => {
    const trace = continueTrace(PARENT);
    expect(trace.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(trace.spanId).not.toBe('00f067aa0ba902b7');
    expect(parseTraceparent(formatTraceparent(trace))).toEqual(trace);
  });

  it('keeps the decision not to sample', () => {
    expect(continueTrace(PARENT.replace(/01$/, '00')).flags).toBe('00');
  });

  it('begins a trace when the header is missing or malformed', () => {
    const malformed = [
      undefined,
      '',
      'garbage',
      PARENT.toUpperCase(),
      PARENT.replace(/^00/, 'ff'),
      PARENT.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32)),
      PARENT.replace('00f067aa0ba902b7', '0'.repeat(16)),
      `${PARENT}-more`,
      `${PARENT}\n`,
    ];
    for (const header of malformed) {
      const trace = continueTrace(header);
      expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(trace.traceId).not.toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    }
  });

  it('reads the parts it knows of a later version', () => {
    expect(parseTraceparent(PARENT.replace(/^00/, 'cc').concat('-more'))?.spanId).toBe('00f067aa0ba902b7');
  });
});

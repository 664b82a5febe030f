import { describe, expect, it } from 'vitest';
import { inputNameOf, isPassing, NoAnswerError, ProblemError, problemText } from './problem.ts';

const refused = new ProblemError({
  type: '/problems/missing-input',
  title: 'A required input is missing',
  status: 422,
  mend: 'Send it.',
  traceId: 'abc',
  errors: [{ path: '/inputs/ticket', message: 'Send a value.' }],
});

describe('the text of a failure', () => {
  it('is the title, detail, mend and field errors of the problem', () => {
    expect(problemText(refused)).toEqual({
      title: 'A required input is missing',
      mend: 'Send it.',
      traceId: 'abc',
      fields: [{ path: '/inputs/ticket', message: 'Send a value.' }],
    });
  });

  it('says so when no answer came', () => {
    expect(problemText(new NoAnswerError('No answer within 10 s.'))).toMatchObject({
      title: 'The server does not answer',
      detail: 'No answer within 10 s.',
    });
  });

  it('admits that the page itself broke', () => {
    expect(problemText('odd')).toMatchObject({ title: 'Something went wrong in this page', detail: 'odd' });
  });
});

describe('a problem', () => {
  it('is known by the last word of its type', () => {
    expect(refused.word).toBe('missing-input');
  });

  it('is worth another try only while a part of Loom is away', () => {
    expect(isPassing(refused)).toBe(false);
    expect(isPassing(new ProblemError({ type: '/problems/unavailable', title: 'Away', status: 503 }))).toBe(
      true,
    );
    expect(isPassing(new NoAnswerError('Gone.'))).toBe(true);
  });
});

describe('a field error', () => {
  it('belongs to the input that its pointer names', () => {
    expect(inputNameOf('/inputs/a~1b')).toBe('a/b');
    expect(inputNameOf('/stepName')).toBeUndefined();
  });
});

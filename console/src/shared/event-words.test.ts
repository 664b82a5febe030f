import { describe, expect, it } from 'vitest';
import { actorWord, eventSummary, operationWords } from './event-words.ts';

describe('the words of an event', () => {
  it('name an operation without dots', () => {
    expect(operationWords('forge.pull_request.create')).toBe('forge pull request create');
    expect(eventSummary({ type: 'operation', data: { kind: 'git.push' } })).toBe('git push');
    const told = { kind: 'git.push', message: 'It was refused.' };
    expect(eventSummary({ type: 'operation', data: told })).toBe('git push: It was refused.');
  });

  it('say the sentence that it carries, if any', () => {
    expect(eventSummary({ type: 'run.paused', data: { reason: 'Lunch.', kind: 'x' } })).toBe('Lunch.');
    expect(eventSummary({ type: 'run.paused', data: { message: '' } })).toBeUndefined();
    expect(eventSummary({ type: 'run.paused' })).toBeUndefined();
  });

  it('say what the worker said of an attempt that ended', () => {
    const message = 'The name is taken.';
    expect(eventSummary({ type: 'step.failed', message, data: { kind: 'x' } })).toBe(message);
    expect(eventSummary({ type: 'step.failed', message: '', data: { reason: 'y' } })).toBe('y');
  });

  it('name a worker by its app, and others as they are', () => {
    expect(actorWord({ kind: 'worker', id: 'charts/charts-1' })).toBe('charts');
    expect(actorWord({ kind: 'worker', id: 'charts' })).toBe('charts');
    expect(actorWord({ kind: 'person', id: 'team/ada' })).toBe('team/ada');
  });
});

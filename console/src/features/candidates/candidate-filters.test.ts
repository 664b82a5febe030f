import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from '../../shared/search-params.ts';
import {
  activeFilters,
  parseCandidateFilters,
  queryOfFilters,
  withLabel,
  withRunState,
  withWho,
} from './candidate-filters.ts';

describe('the filters of the candidates', () => {
  it('survive the way through the URL', () => {
    const filters = {
      runState: ['awaiting_retry', 'lost'],
      who: ['operator'],
      label: ['team=a=b', 'tier=1'],
      q: 'x & y',
      failure: 'open-pr.0123456789abcdef',
      gone: 'true',
      sort: '-since',
    } as const;
    expect(parseCandidateFilters(parseSearch(stringifySearch(filters)))).toEqual(filters);
  });

  it('ignore what the contract does not know', () => {
    expect(
      parseCandidateFilters({
        status: 'done',
        sort: 'size',
        label: 'no-equals-sign',
        gone: 'maybe',
        who: 'me',
        failure: 'made up',
      }),
    ).toEqual({});
  });

  it('can be read aloud, each with what is left without it', () => {
    const filters = { status: 'running', label: ['team=earth', 'tier=1'], q: 'bill' } as const;
    expect(activeFilters(filters)).toEqual([
      { phrase: 'Status is Running', without: { label: ['team=earth', 'tier=1'], q: 'bill' } },
      { phrase: 'Label team is earth', without: { status: 'running', label: ['tier=1'], q: 'bill' } },
      { phrase: 'Label tier is 1', without: { status: 'running', label: ['team=earth'], q: 'bill' } },
      { phrase: 'Contains “bill”', without: { status: 'running', label: ['team=earth', 'tier=1'] } },
    ]);
  });

  it('say what those that fail have in common', () => {
    const phraseOf = (failure: string) => activeFilters({ failure })[0];
    expect(phraseOf('any')).toEqual({ phrase: 'Waits for a person after a failure', without: {} });
    expect(phraseOf('open-pr.0123456789abcdef')?.phrase).toBe('Fails at open-pr in the same way');
  });

  it('read as one of several where several are asked for', () => {
    const filters = { runState: ['paused', 'lost'], who: ['reviewer', 'operator'] } as const;
    expect(activeFilters(filters).map(({ phrase }) => phrase)).toEqual([
      'Run state is Paused or Lost',
      'Waiting on a reviewer or an operator',
    ]);
  });

  it('take a run state or somebody who must act in and out', () => {
    const one = withRunState({ status: 'running', q: 'x' }, 'lost');
    expect(one).toEqual({ q: 'x', runState: ['lost'] });
    expect(withRunState(withRunState(one, 'paused'), 'lost')).toEqual({ q: 'x', runState: ['paused'] });
    expect(withRunState(one, 'lost')).toEqual({ q: 'x' });
    expect(withWho(withWho({}, 'worker'), 'operator')).toEqual({ who: ['worker', 'operator'] });
    expect(withWho({ who: ['worker'] }, 'worker')).toEqual({});
  });

  it('hold one value per label', () => {
    expect(withLabel({ label: ['team=earth', 'tier=1'] }, 'team', 'mars').label).toEqual([
      'tier=1',
      'team=mars',
    ]);
  });

  it('are sent as the operation takes them', () => {
    expect(queryOfFilters({ gone: 'false', label: ['a=b'], who: ['worker'] })).toEqual({
      ...{ gone: false, label: ['a=b'], who: ['worker'] },
    });
  });
});

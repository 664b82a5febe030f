import { checksState } from '../operations/checks-state.ts';
import type { PullRecord, RepositoryRecord } from '../store/records.ts';
import { type Html, html } from './html.ts';
import { layout, moment, pathOf, pullState, repositoryHead, stateBadge } from './layout.ts';

export type PullFilter = 'open' | 'closed' | 'all';

export interface PullInRepository {
  readonly record: RepositoryRecord;
  readonly pull: PullRecord;
}

const MOST_SHOWN = 500;

/** Pull requests of one repository, or of all when none is given. */
export function pullsPage(
  records: readonly RepositoryRecord[],
  only: RepositoryRecord | undefined,
  filter: PullFilter,
): string {
  const all = records.flatMap((record) => record.pulls.map((pull) => ({ record, pull })));
  const shown = all
    .filter(({ pull }) => filter === 'all' || pull.state === filter)
    .toSorted((a, b) => b.pull.id - a.pull.id)
    .slice(0, MOST_SHOWN);
  const count = (state: PullRecord['state']) => all.filter(({ pull }) => pull.state === state).length;
  const tab = (name: PullFilter, label: string) =>
    html`<a href="?state=${name}"${name === filter ? html` aria-current="page"` : ''}>${label}</a>`;
  return layout(
    'Pull requests',
    html`${only ? repositoryHead(only, 'pulls') : html`<h1>Pull requests</h1>`}
<nav class="tabs" aria-label="State">${tab('open', `Open ${count('open')}`)}${tab('closed', `Closed ${count('closed')}`)}${tab('all', 'All')}</nav>
<div class="box">${shown.length > 0 ? shown.map(pullRow) : html`<p class="empty">None.</p>`}</div>`,
  );
}

function pullRow({ record, pull }: PullInRepository): Html {
  const checks = checksState(record, pull.headSha);
  return html`<div class="row">${stateBadge(pullState(pull))}<span class="grow"><a href="${pathOf(record)}/pull/${pull.number}">${pull.title}</a><br>
<span class="muted small">${record.owner}/${record.name}#${pull.number} by ${pull.author}, opened ${moment(pull.createdAt)}</span></span>
${checks === 'none' ? '' : html`<span class="small" data-state="${checks}">checks: ${checks}</span>`}</div>`;
}

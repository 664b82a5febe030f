import type { RepositoryRecord } from '../store/records.ts';
import { html } from './html.ts';
import { layout, moment, pathOf } from './layout.ts';

export function repositoriesPage(title: string, records: readonly RepositoryRecord[]): string {
  const sorted = records.toSorted((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
  const rows = sorted.map((record) => {
    const open = record.pulls.filter((pull) => pull.state === 'open').length;
    return html`<div class="row"><span class="grow"><a href="${pathOf(record)}">${record.owner}/<strong>${record.name}</strong></a>
${record.description ? html`<br><span class="muted small">${record.description}</span>` : ''}</span>
<a class="small" href="${pathOf(record)}/pulls">${open} open</a>
<span class="muted small">pushed ${moment(record.pushedAt)}</span></div>`;
  });
  const list =
    rows.length > 0 ? rows : html`<p class="empty">No repositories yet: push one, or seed some.</p>`;
  return layout(
    title,
    html`<h1>${title}</h1><p class="muted">${records.length} in all</p><div class="box">${list}</div>`,
  );
}

import type { FileChange } from '../git/diff.ts';
import type { CommitInfo } from '../git/history.ts';
import type { RepositoryRecord } from '../store/records.ts';
import { diffView } from './diff-view.ts';
import { html } from './html.ts';
import { layout, moment, pathOf, repositoryHead } from './layout.ts';
import { commitRows, subjectOf } from './tree-page.ts';

export function commitPage(
  record: RepositoryRecord,
  commit: CommitInfo,
  files: readonly FileChange[],
): string {
  const parents = commit.parents.map(
    (sha) => html` <a class="mono" href="${pathOf(record)}/commit/${sha}">${sha.slice(0, 7)}</a>`,
  );
  return layout(
    subjectOf(commit),
    html`${repositoryHead(record, 'commits')}
<div class="box"><header><span class="grow"><strong>${subjectOf(commit)}</strong></span></header>
<div class="body">${commit.message.split('\n').slice(1).join('\n').trim()}
<span class="muted small">${commit.author.name} &lt;${commit.author.email}&gt;, ${moment(commit.author.date)}
<span class="mono">${commit.sha}</span> with parents${parents.length > 0 ? parents : ' none'}</span></div></div>
${diffView(files)}`,
  );
}

export interface CommitsView {
  readonly record: RepositoryRecord;
  readonly ref: string;
  readonly commits: readonly CommitInfo[];
  readonly page: number;
  readonly hasMore: boolean;
}

export function commitsPage({ record, ref, commits, page, hasMore }: CommitsView): string {
  return layout(
    `Commits of ${record.owner}/${record.name}`,
    html`${repositoryHead(record, 'commits')}<p class="muted">on <span class="mono">${ref}</span></p>
${commitRows(record, commits)}
<nav class="tabs">${page > 1 ? html`<a href="?page=${page - 1}" rel="prev">Newer</a>` : ''}${
      hasMore ? html`<a href="?page=${page + 1}" rel="next">Older</a>` : ''
    }</nav>`,
  );
}

export interface CompareView {
  readonly record: RepositoryRecord;
  readonly from: string;
  readonly to: string;
  readonly commits: readonly CommitInfo[];
  readonly files: readonly FileChange[];
}

export function comparePage({ record, from, to, commits, files }: CompareView): string {
  return layout(
    `${from}...${to}`,
    html`${repositoryHead(record, 'commits')}
<p class="muted">What <span class="mono">${to}</span> has and <span class="mono">${from}</span> has not</p>
${commitRows(record, commits)}${diffView(files)}`,
  );
}

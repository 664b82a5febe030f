import type { FileChange } from '../git/diff.ts';
import type { CommitInfo } from '../git/history.ts';
import { checkRunState, latestCheckRuns, latestStatuses } from '../operations/checks-state.ts';
import type { PullSummary } from '../operations/pull-summary.ts';
import type { PullRecord, RepositoryRecord } from '../store/records.ts';
import { diffView } from './diff-view.ts';
import { type Html, html } from './html.ts';
import { layout, moment, pathOf, pullState, repositoryHead, stateBadge } from './layout.ts';
import { commitRows } from './tree-page.ts';

export interface PullView {
  readonly record: RepositoryRecord;
  readonly pull: PullRecord;
  readonly summary: PullSummary;
  readonly commits: readonly CommitInfo[];
  readonly files: readonly FileChange[];
}

export function pullPage(view: PullView): string {
  const { record, pull } = view;
  return layout(
    `${pull.title} · #${pull.number}`,
    html`${repositoryHead(record, 'pulls')}
<h1>${pull.title} <span class="muted">#${pull.number}</span></h1>
<p>${stateBadge(pullState(pull))} <span class="muted">${pull.author} wants to merge <span class="mono">${pull.head}</span> into <span class="mono">${pull.base}</span>, opened ${moment(pull.createdAt)}</span></p>
${pull.labels.length > 0 ? html`<p>${pull.labels.map((label) => html`<span class="badge">${label}</span> `)}</p>` : ''}
<div class="box"><header><strong>${pull.author}</strong></header><div class="body">${pull.body || 'No description.'}</div></div>
${conversation(pull)}
${checks(record, pull)}
${actions(view)}
<h2>${view.summary.commits} ${view.summary.commits === 1 ? 'commit' : 'commits'}</h2>${commitRows(record, view.commits)}
${diffView(view.files)}`,
  );
}

interface Remark {
  readonly id: number;
  readonly anchor: string;
  readonly author: string;
  readonly what: string;
  readonly at: string;
  readonly body: string;
}

function conversation(pull: PullRecord): Html[] {
  const reviews = pull.reviews.map((review) => ({
    id: review.id,
    anchor: `pullrequestreview-${review.id}`,
    author: review.author,
    what: `review: ${review.state.toLowerCase().replace('_', ' ')}`,
    at: review.submittedAt ?? pull.createdAt,
    body: review.body,
  }));
  const comments = pull.comments.map((comment) => ({
    id: comment.id,
    anchor: `issuecomment-${comment.id}`,
    author: comment.author,
    what: 'commented',
    at: comment.createdAt,
    body: comment.body,
  }));
  // Ids are given in the order of events.
  return [...reviews, ...comments].toSorted((a, b) => a.id - b.id).map(remarkBox);
}

function remarkBox(remark: Remark): Html {
  return html`<div class="box" id="${remark.anchor}"><header><strong>${remark.author}</strong> <span class="muted small">${remark.what}, ${moment(remark.at)}</span></header>
${remark.body === '' ? '' : html`<div class="body">${remark.body}</div>`}</div>`;
}

function checks(record: RepositoryRecord, pull: PullRecord): Html {
  const rows = [
    ...latestCheckRuns(record, pull.headSha).map((check) =>
      checkRow(checkRunState(check), check.name, check.conclusion ?? check.status, check.detailsUrl),
    ),
    ...latestStatuses(record, pull.headSha).map((status) =>
      checkRow(status.state, status.context, status.description ?? status.state, status.targetUrl),
    ),
  ];
  return rows.length === 0 ? html`` : html`<h2>Checks</h2><div class="box">${rows}</div>`;
}

function checkRow(state: string, name: string, what: string, url: string | null): Html {
  // A link of somebody else's making: only the web, never a script.
  const isWeb = url !== null && /^https?:\/\//i.test(url);
  return html`<div class="row"><span data-state="${state}">${state}</span><span class="grow">${name} <span class="muted">${what}</span></span>
${isWeb ? html`<a class="small" href="${url}" rel="noreferrer">Details</a>` : ''}</div>`;
}

function actions({ record, pull, summary }: PullView): Html {
  const path = `${pathOf(record)}/pull/${pull.number}`;
  if (pull.mergedAt !== null)
    return html`<p class="box body">${pull.mergedBy} merged this into <span class="mono">${pull.base}</span> ${moment(pull.mergedAt)} as <a class="mono" href="${pathOf(record)}/commit/${pull.mergeCommitSha}">${pull.mergeCommitSha?.slice(0, 7)}</a>.</p>`;
  if (pull.state === 'closed')
    return html`<div class="box actions"><span class="grow muted">Closed without merging.</span>${button(`${path}/reopen`, 'Reopen pull request')}</div>`;
  const canMerge = summary.mergeable === true && !pull.isDraft;
  return html`<div class="box actions"><span class="grow">${mergeHint(pull, summary)}</span>
<form method="post" action="${path}/merge"><select name="method" aria-label="Merge method"><option value="merge">Merge commit</option><option value="squash">Squash</option><option value="rebase">Rebase</option></select>
<button class="primary"${canMerge ? '' : html` disabled`}>Merge pull request</button></form>
${button(`${path}/close`, 'Close pull request')}</div>`;
}

function mergeHint(pull: PullRecord, summary: PullSummary): Html {
  if (pull.isDraft) return html`This is still a draft.`;
  if (summary.mergeable === false)
    return html`<strong data-state="failure">Conflicts with ${pull.base}.</strong> Resolve them on the branch.`;
  return summary.mergeableState === 'unstable'
    ? html`<span data-state="pending">Can be merged, though its checks have not all passed.</span>`
    : html`<span data-state="success">Can be merged.</span>`;
}

function button(action: string, label: string): Html {
  return html`<form method="post" action="${action}"><button>${label}</button></form>`;
}

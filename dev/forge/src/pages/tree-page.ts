import type { CommitInfo } from '../git/history.ts';
import type { TreeEntry } from '../git/objects.ts';
import { encodePath } from '../links.ts';
import type { RepositoryRecord } from '../store/records.ts';
import { type Html, html } from './html.ts';
import { layout, moment, pathOf, repositoryHead } from './layout.ts';

export interface TreeView {
  readonly record: RepositoryRecord;
  readonly ref: string;
  readonly path: string;
  readonly entries: readonly TreeEntry[];
  readonly branches: readonly string[];
  readonly commits: readonly CommitInfo[];
  readonly cloneUrl: string;
}

/** A folder; the root of the default branch is the repository's page. */
export function treePage(view: TreeView): string {
  const { record, ref, path } = view;
  // Folders first, as everywhere.
  const entries = view.entries.toSorted((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  const rows = entries.map((entry) => entryRow(view, entry));
  return layout(
    `${record.owner}/${record.name}`,
    html`${repositoryHead(record, 'code')}
<p class="small">Clone: <code>git clone ${view.cloneUrl}</code></p>
<div class="box"><header><span class="grow">${breadcrumb(record, ref, path)}</span></header>
${rows.length > 0 ? rows : html`<p class="empty">Nothing here yet.</p>`}</div>
${path === '' ? rootSections(view) : ''}`,
  );
}

function rootSections(view: TreeView): Html {
  const { record, branches, commits } = view;
  return html`<h2>Recent commits</h2>${commitRows(record, commits)}
<h2>${branches.length} ${branches.length === 1 ? 'branch' : 'branches'}</h2>
<div class="box">${branches.map(
    (branch) =>
      html`<div class="row"><a class="grow mono" href="${pathOf(record)}/tree/${encodePath(branch)}">${branch}</a>${
        branch === record.defaultBranch ? html`<span class="badge">default</span>` : ''
      }</div>`,
  )}</div>`;
}

export function commitRows(record: RepositoryRecord, commits: readonly CommitInfo[]): Html {
  if (commits.length === 0) return html`<p class="empty box">No commits.</p>`;
  return html`<div class="box">${commits.map(
    (commit) =>
      html`<div class="row"><a class="grow" href="${pathOf(record)}/commit/${commit.sha}">${subjectOf(commit)}</a>
<span class="muted small">${commit.author.name}, ${moment(commit.author.date)}</span>
<a class="mono" href="${pathOf(record)}/commit/${commit.sha}">${commit.sha.slice(0, 7)}</a></div>`,
  )}</div>`;
}

export function subjectOf(commit: CommitInfo): string {
  return commit.message.split('\n')[0] || '(no message)';
}

export function breadcrumb(record: RepositoryRecord, ref: string, path: string): Html {
  const parts = path === '' ? [] : path.split('/');
  const links = parts.map((part, index) => {
    const target = encodePath(parts.slice(0, index + 1).join('/'));
    const isLast = index === parts.length - 1;
    return isLast
      ? html` / <strong>${part}</strong>`
      : html` / <a href="${pathOf(record)}/tree/${encodePath(ref)}/${target}">${part}</a>`;
  });
  return html`<a class="mono" href="${pathOf(record)}/tree/${encodePath(ref)}">${ref}</a>${links}`;
}

function entryRow({ record, ref, path }: TreeView, entry: TreeEntry): Html {
  const target = encodePath(path === '' ? entry.path : `${path}/${entry.path}`);
  if (entry.type === 'commit')
    return html`<div class="row"><span class="grow mono">${entry.path} @ ${entry.sha.slice(0, 7)}</span><span class="muted small">submodule</span></div>`;
  const kind = entry.type === 'tree' ? 'tree' : 'blob';
  const name = entry.type === 'tree' ? `${entry.path}/` : entry.path;
  return html`<div class="row"><a class="grow mono" href="${pathOf(record)}/${kind}/${encodePath(ref)}/${target}">${name}</a>
<span class="muted small">${entry.size === undefined ? '' : `${entry.size} bytes`}</span></div>`;
}

function rank(entry: TreeEntry): number {
  return entry.type === 'tree' ? 0 : 1;
}

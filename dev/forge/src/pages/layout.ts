import { encodePath } from '../links.ts';
import type { PullRecord, RepositoryRecord } from '../store/records.ts';
import { type Html, html } from './html.ts';

export function layout(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Loom forge</title>
<link rel="stylesheet" href="/_forge/forge.css">
<link rel="icon" href="/_forge/avatars/forge.svg">
</head>
<body>
<header class="top">
<a class="brand" href="/">Loom forge</a>
<nav class="links"><a href="/">Repositories</a> <a href="/pulls">Pull requests</a></nav>
</header>
<main>${content}</main>
<footer class="muted small">A local forge for trying Loom. It is not GitHub.</footer>
</body>
</html>`.markup;
}

export function pathOf(record: Pick<RepositoryRecord, 'owner' | 'name'>): string {
  return `/${record.owner}/${record.name}`;
}

export function repositoryHead(record: RepositoryRecord, current: 'code' | 'commits' | 'pulls'): Html {
  const open = record.pulls.filter((pull) => pull.state === 'open').length;
  const tab = (name: typeof current, path: string, label: string) =>
    html`<a href="${pathOf(record)}${path}"${name === current ? html` aria-current="page"` : ''}>${label}</a>`;
  return html`<h1><a href="/${record.owner}">${record.owner}</a> / <a href="${pathOf(record)}">${record.name}</a></h1>
${record.description ? html`<p class="muted">${record.description}</p>` : ''}
<nav class="tabs">${tab('code', '', 'Code')}${tab('commits', `/commits/${encodePath(record.defaultBranch)}`, 'Commits')}${tab('pulls', '/pulls', `Pull requests ${open}`)}</nav>`;
}

export function moment(date: string): Html {
  const utc = new Date(date).toISOString();
  return html`<time datetime="${utc}">${utc.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

export function pullState(pull: PullRecord): 'open' | 'draft' | 'merged' | 'closed' {
  if (pull.mergedAt !== null) return 'merged';
  if (pull.state === 'closed') return 'closed';
  return pull.isDraft ? 'draft' : 'open';
}

export function stateBadge(state: string): Html {
  return html`<span class="badge" data-state="${state}">${state}</span>`;
}

import type { Request, Response, Router } from 'express';
import type { ForgeContext } from '../forge-context.ts';
import { listCommits } from '../git/history.ts';
import { findEntry, listTree, readBlob } from '../git/objects.ts';
import { listRefs, resolveCommit } from '../git/refs.ts';
import { notFound } from '../github-error.ts';
import { linksOf, param, repositoryOf } from '../http/request.ts';
import { branchOf, isTreePath } from '../names.ts';
import type { RepositoryRecord } from '../store/records.ts';
import { filePage } from './file-page.ts';
import { sendPage } from './send-page.ts';
import { treePage } from './tree-page.ts';

export function addFilePages(pages: Router, context: ForgeContext): void {
  pages.get('/:owner/:repo', (req, res) => {
    const record = repositoryOf(context, req);
    return showTree(req, res, record, record.defaultBranch, '');
  });
  pages.get('/:owner/:repo/tree/*path', async (req, res) => {
    const record = repositoryOf(context, req);
    const { ref, path } = await splitRef(context, record, param(req, 'path'));
    return showTree(req, res, record, ref, path);
  });
  pages.get('/:owner/:repo/blob/*path', async (req, res) => {
    const record = repositoryOf(context, req);
    const { ref, path, content } = await readFile(context, req, record);
    sendPage(res, filePage(record, ref, path, content));
  });
  pages.get('/:owner/:repo/raw/*path', async (req, res) => {
    const { content } = await readFile(context, req, repositoryOf(context, req));
    // Never as HTML: what is in a repository must not run as the forge.
    res.set('Content-Type', content.includes(0) ? 'application/octet-stream' : 'text/plain; charset=utf-8');
    res.end(content);
  });

  async function showTree(
    req: Request,
    res: Response,
    record: RepositoryRecord,
    ref: string,
    path: string,
  ): Promise<void> {
    const git = context.git(record);
    const commit = await resolveCommit(git, ref);
    const isEmpty = commit === undefined && ref === record.defaultBranch && path === '';
    if (commit === undefined && !isEmpty) throw notFound();
    if (commit !== undefined && path !== '' && (await findEntry(git, commit, path))?.type !== 'tree')
      throw notFound();
    const [entries, commits, refs] = await Promise.all([
      commit === undefined ? [] : listTree(git, `${commit}:${path}`, false),
      commit === undefined || path !== '' ? [] : listCommits(git, { revisions: [commit], limit: 10 }),
      listRefs(git, 'refs/heads/'),
    ]);
    const branches = refs.map((each) => branchOf(each.ref) ?? each.ref);
    const cloneUrl = `${linksOf(req).git}/${record.owner}/${record.name}.git`;
    sendPage(res, treePage({ record, ref, path, entries, commits, branches, cloneUrl }));
  }
}

async function readFile(context: ForgeContext, req: Request, record: RepositoryRecord) {
  const git = context.git(record);
  const { ref, path } = await splitRef(context, record, param(req, 'path'));
  const commit = await resolveCommit(git, ref);
  const entry = commit === undefined ? undefined : await findEntry(git, commit, path);
  if (entry?.type !== 'blob') throw notFound();
  return { ref, path, content: await readBlob(git, entry.sha) };
}

/** `feature/x/docs/a.md` is a branch and a path; only the refs tell where the one ends. */
async function splitRef(
  context: ForgeContext,
  record: RepositoryRecord,
  text: string,
): Promise<{ ref: string; path: string }> {
  const refs = await listRefs(context.git(record), 'refs/heads/', 'refs/tags/');
  const names = refs.map(({ ref }) => ref.replace(/^refs\/(heads|tags)\//, ''));
  const known = names
    .filter((name) => text === name || text.startsWith(`${name}/`))
    .toSorted((a, b) => b.length - a.length)
    .at(0);
  const ref = known ?? text.split('/')[0] ?? '';
  const path = text.slice(ref.length + 1).replace(/\/$/, '');
  if (path !== '' && !isTreePath(path)) throw notFound();
  return { ref, path };
}

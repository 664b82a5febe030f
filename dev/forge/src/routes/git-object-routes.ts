import type { Router } from 'express';
import { z } from 'zod';
import type { ForgeContext } from '../forge-context.ts';
import { editTree, type TreeEdit } from '../git/edit-tree.ts';
import type { GitRepository } from '../git/git-repository.ts';
import { readCommit } from '../git/history.ts';
import {
  listTree,
  objectType,
  readBlob,
  type TreeEntry,
  treeOf,
  writeBlob,
  writeCommit,
} from '../git/objects.ts';
import { resolveCommit } from '../git/refs.ts';
import { GithubError, notFound, unprocessable } from '../github-error.ts';
import { sendBytes, sendJson } from '../http/reply.ts';
import { linksOf, param, parseBody, queryText, repositoryOf, userOf } from '../http/request.ts';
import type { Links } from '../links.ts';
import { isSha, isTreePath } from '../names.ts';
import { signatureOf } from '../operations/commit-files.ts';
import { presentGitCommit } from '../present/present-commit.ts';
import { base64Lines } from '../present/present-contents.ts';
import { repositoryUrl } from '../present/present-repository.ts';
import { nodeId, type Schema } from '../present/schema.ts';
import type { RepositoryRecord } from '../store/records.ts';
import { decodeBase64, messageText, signatureBody, signatureFrom } from './request-bodies.ts';

const MOST_TREE_ENTRIES = 100_000;
const LARGEST_BLOB = 100 * 1024 * 1024;

const newBlob = z.object({ content: z.string(), encoding: z.enum(['utf-8', 'base64']).optional() });

const newTree = z.object({
  base_tree: z.string().optional(),
  tree: z
    .array(
      z.object({
        path: z.string(),
        mode: z.enum(['100644', '100755', '040000', '160000', '120000']).optional(),
        type: z.enum(['blob', 'tree', 'commit']).optional(),
        sha: z.string().nullable().optional(),
        content: z.string().optional(),
      }),
    )
    .max(MOST_TREE_ENTRIES),
});

const newCommit = z.object({
  message: messageText,
  tree: z.string(),
  parents: z.array(z.string()).max(16).optional(),
  author: signatureBody.optional(),
  committer: signatureBody.optional(),
});

export function addGitObjectRoutes(api: Router, context: ForgeContext): void {
  api.get('/repos/:owner/:repo/git/blobs/:sha', async (req, res) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const sha = param(req, 'sha');
    if ((await objectType(git, sha)) !== 'blob') throw notFound();
    const content = await readBlob(git, sha);
    if (content.length > LARGEST_BLOB)
      throw new GithubError(403, 'This file is too large for the blobs API.');
    if (/\braw\b/.test(req.headers.accept ?? '')) sendBytes(req, res, 'application/vnd.github.raw', content);
    else sendJson(req, res, presentBlob(linksOf(req), record, sha, content));
  });

  api.post('/repos/:owner/:repo/git/blobs', async (req, res) => {
    const record = repositoryOf(context, req);
    const body = parseBody(newBlob, req);
    const content = body.encoding === 'base64' ? decodeBase64(body.content) : Buffer.from(body.content);
    const sha = await writeBlob(context.git(record), content);
    const answer: Schema<'short-blob'> = {
      sha,
      url: `${repositoryUrl(linksOf(req), record)}/git/blobs/${sha}`,
    };
    sendJson(req, res, answer, 201);
  });

  api.get('/repos/:owner/:repo/git/trees/*tree', async (req, res) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const tree = await resolveTree(git, param(req, 'tree'));
    if (tree === undefined) throw notFound();
    const entries = await listTree(git, tree, queryText(req, 'recursive') !== undefined);
    sendJson(req, res, presentTree(linksOf(req), record, tree, entries));
  });

  api.post('/repos/:owner/:repo/git/trees', async (req, res) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const body = parseBody(newTree, req);
    const baseTree = body.base_tree === undefined ? undefined : await resolveTree(git, body.base_tree);
    if (body.base_tree !== undefined && baseTree === undefined)
      throw unprocessable('base_tree is not a valid tree');
    const edits: TreeEdit[] = [];
    for (const entry of body.tree) edits.push(await toEdit(git, entry));
    const edited = await editTree(git, context.store.scratchRoot, baseTree, edits);
    if (!edited.ok) throw new GithubError(422, `tree is not possible: ${edited.reason}`);
    const entries = await listTree(git, edited.tree, false);
    sendJson(req, res, presentTree(linksOf(req), record, edited.tree, entries), 201);
  });

  api.get('/repos/:owner/:repo/git/commits/:sha', async (req, res) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const sha = param(req, 'sha');
    if ((await objectType(git, sha)) !== 'commit') throw notFound();
    sendJson(req, res, presentGitCommit(linksOf(req), record, await readCommit(git, sha)));
  });

  api.post('/repos/:owner/:repo/git/commits', async (req, res) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const body = parseBody(newCommit, req);
    const parents = body.parents ?? [];
    if ((await objectType(git, body.tree)) !== 'tree') throw unprocessable('Tree SHA does not exist');
    for (const parent of parents) {
      if ((await objectType(git, parent)) !== 'commit')
        throw unprocessable('Parent SHA does not exist or is not a commit');
    }
    const now = context.now();
    const author = body.author ? signatureFrom(body.author, now) : signatureOf(userOf(req), now);
    const committer = body.committer ? signatureFrom(body.committer, now) : author;
    const sha = await writeCommit(git, {
      tree: body.tree,
      parents,
      message: body.message,
      author,
      committer,
    });
    sendJson(req, res, presentGitCommit(linksOf(req), record, await readCommit(git, sha)), 201);
  });
}

async function toEdit(git: GitRepository, entry: z.infer<typeof newTree>['tree'][number]): Promise<TreeEdit> {
  const { path, mode = '100644' } = entry;
  if (!isTreePath(path)) throw unprocessable('tree.path contains a malformed path component');
  if (entry.sha === null) return { path, mode, sha: null };
  if (entry.sha === undefined) {
    if (entry.content === undefined) throw unprocessable('Must supply either tree.sha or tree.content');
    return { path, mode, sha: await writeBlob(git, Buffer.from(entry.content)) };
  }
  // A submodule's commit lives in another repository.
  const expected = mode === '040000' ? 'tree' : 'blob';
  if (mode !== '160000' && (await objectType(git, entry.sha)) !== expected)
    throw unprocessable(`tree.sha ${entry.sha} is not a valid ${expected}`);
  if (!isSha(entry.sha)) throw unprocessable('tree.sha is not a SHA');
  return { path, mode, sha: entry.sha };
}

/** A tree by its own SHA, or that of a commit, a branch or a tag. */
async function resolveTree(git: GitRepository, name: string): Promise<string | undefined> {
  if ((await objectType(git, name)) === 'tree') return name;
  const commit = await resolveCommit(git, name);
  return commit === undefined ? undefined : treeOf(git, commit);
}

function presentBlob(links: Links, record: RepositoryRecord, sha: string, content: Buffer): Schema<'blob'> {
  return {
    sha,
    node_id: nodeId('Blob', sha),
    size: content.length,
    url: `${repositoryUrl(links, record)}/git/blobs/${sha}`,
    content: base64Lines(content),
    encoding: 'base64',
  };
}

function presentTree(
  links: Links,
  record: RepositoryRecord,
  sha: string,
  entries: readonly TreeEntry[],
): Schema<'git-tree'> {
  const url = `${repositoryUrl(links, record)}/git`;
  return {
    sha,
    url: `${url}/trees/${sha}`,
    truncated: entries.length > MOST_TREE_ENTRIES,
    tree: entries.slice(0, MOST_TREE_ENTRIES).map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size === undefined ? {} : { size: entry.size }),
      ...(entry.type === 'commit' ? {} : { url: `${url}/${entry.type}s/${entry.sha}` }),
    })),
  };
}

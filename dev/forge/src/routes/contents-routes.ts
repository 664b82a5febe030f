import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import type { ForgeContext } from '../forge-context.ts';
import { type CommitInfo, readCommit } from '../git/history.ts';
import { findEntry, listTree, readBlob, type TreeEntry } from '../git/objects.ts';
import { branchTip, resolveCommit } from '../git/refs.ts';
import { conflict, GithubError, notFound, unprocessable } from '../github-error.ts';
import { sendBytes, sendJson } from '../http/reply.ts';
import { linksOf, param, parseBody, queryText, repositoryOf, userOf } from '../http/request.ts';
import { isRefName, isTreePath } from '../names.ts';
import { commitFiles } from '../operations/commit-files.ts';
import { inRepository, type RepositorySession } from '../operations/repository-session.ts';
import { presentGitCommit } from '../present/present-commit.ts';
import { contentType, presentEntry, presentFile, presentSymlink } from '../present/present-contents.ts';
import type { RepositoryRecord } from '../store/records.ts';
import { decodeBase64, messageText, signatureBody, signatureFrom } from './request-bodies.ts';

const LARGEST_FILE = 100 * 1024 * 1024;

const fileWrite = z.object({
  message: messageText,
  content: z.string(),
  sha: z.string().optional(),
  branch: z.string().optional(),
  author: signatureBody.optional(),
  committer: signatureBody.optional(),
});

const fileDelete = fileWrite.omit({ content: true }).extend({ sha: z.string() });

export function addContentsRoutes(api: Router, context: ForgeContext): void {
  api.get('/repos/:owner/:repo/contents{/*path}', async (req, res) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const ref = queryText(req, 'ref') ?? record.defaultBranch;
    const commit = await resolveCommit(git, ref);
    if (commit === undefined) {
      const isEmpty = queryText(req, 'ref') === undefined;
      throw notFound(isEmpty ? 'This repository is empty.' : `No commit found for the ref ${ref}`);
    }
    const path = pathOf(req);
    if (path === '') return sendFolder(req, res, record, ref, commit, path);
    const entry = isTreePath(path) ? await findEntry(git, commit, path) : undefined;
    if (!entry) throw notFound();
    if (entry.type === 'tree') return sendFolder(req, res, record, ref, commit, path);
    return sendFile(req, res, record, ref, entry);
  });

  async function sendFolder(
    req: Request,
    res: Response,
    record: RepositoryRecord,
    ref: string,
    commit: string,
    path: string,
  ): Promise<void> {
    const entries = await listTree(context.git(record), `${commit}:${path}`, false);
    const prefix = path === '' ? '' : `${path}/`;
    const listing = entries.map((entry) =>
      presentEntry(linksOf(req), record, ref, { ...entry, path: `${prefix}${entry.path}` }),
    );
    sendJson(req, res, listing);
  }

  async function sendFile(
    req: Request,
    res: Response,
    record: RepositoryRecord,
    ref: string,
    entry: TreeEntry,
  ): Promise<void> {
    if (contentType(entry) === 'submodule') {
      sendJson(req, res, presentEntry(linksOf(req), record, ref, entry));
      return;
    }
    if ((entry.size ?? 0) > LARGEST_FILE)
      throw new GithubError(403, 'This file is too large for the contents API.');
    const content = await readBlob(context.git(record), entry.sha);
    if (/\braw\b/.test(req.headers.accept ?? '')) sendBytes(req, res, 'application/vnd.github.raw', content);
    else if (contentType(entry) === 'symlink')
      sendJson(req, res, presentSymlink(linksOf(req), record, ref, entry, content.toString()));
    else sendJson(req, res, presentFile(linksOf(req), record, ref, entry, content));
  }

  api.put('/repos/:owner/:repo/contents/*path', async (req, res) => {
    const body = parseBody(fileWrite, req);
    const content = decodeBase64(body.content);
    const answer = await inRepository(context, repositoryOf(context, req), async (session) => {
      const { path, branch, old } = await findTarget(session, req, body.branch);
      if (old?.type === 'tree') throw unprocessable(`${path} is a folder`);
      if (old && body.sha === undefined) throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.');
      if (body.sha !== undefined && body.sha !== old?.sha)
        throw conflict(`${path} does not match ${body.sha}`);
      const commit = await write(session, req, branch, body, path, content);
      const entry = await findEntry(session.git, commit.sha, path);
      return { isNew: !old, commit, entry, record: session.record, branch };
    });
    const { record, commit, entry, branch, isNew } = answer;
    sendJson(
      req,
      res,
      {
        content: entry ? presentEntry(linksOf(req), record, branch, entry) : null,
        commit: presentGitCommit(linksOf(req), record, commit),
      },
      isNew ? 201 : 200,
    );
  });

  api.delete('/repos/:owner/:repo/contents/*path', async (req, res) => {
    // Octokit sends the parameters of a DELETE in its query.
    const body = parseBody(fileDelete, Object.keys(req.body ?? {}).length > 0 ? req : withQueryAsBody(req));
    const { record, commit } = await inRepository(context, repositoryOf(context, req), async (session) => {
      const { path, branch, old } = await findTarget(session, req, body.branch);
      if (!old || old.type === 'tree') throw notFound();
      if (body.sha !== old.sha) throw conflict(`${path} does not match ${body.sha}`);
      return { record: session.record, commit: await write(session, req, branch, body, path, null) };
    });
    sendJson(req, res, { content: null, commit: presentGitCommit(linksOf(req), record, commit) });
  });

  async function findTarget(session: RepositorySession, req: Request, wanted: string | undefined) {
    const { record, git } = session;
    const branch = wanted ?? record.defaultBranch;
    const path = pathOf(req);
    if (!isTreePath(path)) throw unprocessable('path contains a malformed path component');
    const tip = isRefName(branch) ? await branchTip(git, branch) : undefined;
    // An empty repository gets its first branch this way.
    const isFirst = tip === undefined && branch === record.defaultBranch;
    if (tip === undefined && !isFirst) throw notFound(`Branch ${branch} not found`);
    return { path, branch, old: tip === undefined ? undefined : await findEntry(git, tip, path) };
  }

  async function write(
    session: RepositorySession,
    req: Request,
    branch: string,
    body: z.infer<typeof fileDelete> | z.infer<typeof fileWrite>,
    path: string,
    content: Buffer | null,
  ): Promise<CommitInfo> {
    const now = context.now();
    const committer = body.committer && signatureFrom(body.committer, now);
    const sha = await commitFiles(context, session, {
      branch,
      message: body.message,
      files: [{ path, content }],
      actor: userOf(req),
      author: body.author ? signatureFrom(body.author, now) : committer,
      committer,
    });
    return readCommit(session.git, sha);
  }
}

function pathOf(req: Request): string {
  return req.params['path'] === undefined ? '' : param(req, 'path').replace(/\/$/, '');
}

function withQueryAsBody(req: Request): Request {
  req.body = { ...req.query };
  return req;
}

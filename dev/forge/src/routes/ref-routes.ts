import type { Request, Router } from 'express';
import { z } from 'zod';
import type { ForgeContext } from '../forge-context.ts';
import { isAncestor } from '../git/history.ts';
import { objectType } from '../git/objects.ts';
import { type GitRef, listRefs, readRef } from '../git/refs.ts';
import { notFound, unprocessable } from '../github-error.ts';
import { pageThrough } from '../http/pagination.ts';
import { sendJson, sendNothing } from '../http/reply.ts';
import { linksOf, param, parseBody, repositoryOf, userOf } from '../http/request.ts';
import type { Links } from '../links.ts';
import { branchOf, isRefName, ZERO_SHA } from '../names.ts';
import { changeRef } from '../operations/change-refs.ts';
import { inRepository } from '../operations/repository-session.ts';
import { repositoryUrl } from '../present/present-repository.ts';
import { nodeId, type Schema } from '../present/schema.ts';
import type { RepositoryRecord } from '../store/records.ts';

const newRef = z.object({ ref: z.string(), sha: z.string() });
const refChange = z.object({ sha: z.string(), force: z.boolean().optional() });

export function addRefRoutes(api: Router, context: ForgeContext): void {
  api.get('/repos/:owner/:repo/git/ref/*ref', async (req, res) => {
    const record = repositoryOf(context, req);
    const found = await readRef(context.git(record), fullName(req));
    if (!found) throw notFound();
    sendJson(req, res, presentRef(linksOf(req), record, found));
  });

  api.get('/repos/:owner/:repo/git/matching-refs/*ref', async (req, res) => {
    const record = repositoryOf(context, req);
    const prefix = fullName(req);
    const refs = await listRefs(context.git(record), 'refs/');
    const matching = refs.filter(({ ref }) => ref.startsWith(prefix));
    const page = pageThrough(req, res, matching);
    sendJson(
      req,
      res,
      page.map((ref) => presentRef(linksOf(req), record, ref)),
    );
  });

  api.post('/repos/:owner/:repo/git/refs', async (req, res) => {
    const body = parseBody(newRef, req);
    const isName = /^refs\/(heads|tags)\/./.test(body.ref) && isRefName(body.ref);
    if (!isName)
      throw unprocessable('Reference name is not valid: it must start with refs/heads/ or refs/tags/.');
    const { record, ref } = await inRepository(context, repositoryOf(context, req), async (session) => {
      const type = await objectType(session.git, body.sha);
      if (type === undefined || (branchOf(body.ref) !== undefined && type !== 'commit'))
        throw unprocessable('Object does not exist');
      const change = { ref: body.ref, before: ZERO_SHA, after: body.sha };
      const moved = await changeRef(context, session, change, userOf(req));
      if (!moved.ok) throw unprocessable('Reference already exists');
      return { record: session.record, ref: { ref: body.ref, sha: body.sha, type } };
    });
    sendJson(req, res, presentRef(linksOf(req), record, ref), 201);
  });

  api.patch('/repos/:owner/:repo/git/refs/*ref', async (req, res) => {
    const body = parseBody(refChange, req);
    const { record, ref } = await inRepository(context, repositoryOf(context, req), async (session) => {
      const { git } = session;
      const old = await readRef(git, fullName(req));
      if (!old) throw unprocessable('Reference does not exist');
      if (isProtected(old.ref)) throw unprocessable('Reference cannot be updated');
      const type = await objectType(git, body.sha);
      if (type === undefined || (branchOf(old.ref) !== undefined && type !== 'commit'))
        throw unprocessable('Object does not exist');
      const isSafe = body.force === true || (type === 'commit' && (await isAncestor(git, old.sha, body.sha)));
      if (!isSafe) throw unprocessable('Update is not a fast forward');
      const next = { ref: old.ref, sha: body.sha, type };
      if (old.sha !== body.sha) {
        const change = { ref: old.ref, before: old.sha, after: body.sha };
        const moved = await changeRef(context, session, change, userOf(req));
        if (!moved.ok) throw unprocessable(`Reference cannot be updated: ${moved.reason}`);
      }
      return { record: session.record, ref: next };
    });
    sendJson(req, res, presentRef(linksOf(req), record, ref));
  });

  api.delete('/repos/:owner/:repo/git/refs/*ref', async (req, res) => {
    await inRepository(context, repositoryOf(context, req), async (session) => {
      const old = await readRef(session.git, fullName(req));
      if (!old || isProtected(old.ref)) throw unprocessable('Reference does not exist');
      if (branchOf(old.ref) === session.record.defaultBranch)
        throw unprocessable('Cannot delete the default branch');
      const change = { ref: old.ref, before: old.sha, after: ZERO_SHA };
      const moved = await changeRef(context, session, change, userOf(req));
      if (!moved.ok) throw unprocessable(`Reference cannot be deleted: ${moved.reason}`);
    });
    sendNothing(res);
  });
}

/** The address may name a ref with or without its first part. */
function fullName(req: Request): string {
  const name = param(req, 'ref');
  return name.startsWith('refs/') ? name : `refs/${name}`;
}

/** Kept by the forge for its pull requests. */
function isProtected(ref: string): boolean {
  return ref.startsWith('refs/pull/');
}

function presentRef(links: Links, record: RepositoryRecord, ref: GitRef): Schema<'git-ref'> {
  const url = `${repositoryUrl(links, record)}/git`;
  return {
    ref: ref.ref,
    node_id: nodeId('Ref', ref.ref),
    url: `${url}/${ref.ref}`,
    object: { type: ref.type, sha: ref.sha, url: `${url}/${ref.type}s/${ref.sha}` },
  };
}

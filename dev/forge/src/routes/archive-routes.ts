import { spawn } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Request, Response, Router } from 'express';
import type { ForgeContext } from '../forge-context.ts';
import { resolveCommit } from '../git/refs.ts';
import { notFound } from '../github-error.ts';
import { param, repositoryOf, requestBase } from '../http/request.ts';

/** GitHub answers with a redirect to the host that packs; clients that do not follow it would fail there. */
export function addArchiveRoutes(api: Router, context: ForgeContext): void {
  api.get('/repos/:owner/:repo/tarball{/*ref}', (req, res) => {
    const { owner, name, defaultBranch } = repositoryOf(context, req);
    const ref = req.params['ref'] === undefined ? defaultBranch : param(req, 'ref');
    const path = `/_codeload/${owner}/${name}/legacy.tar.gz/${encodeURIComponent(ref)}`;
    res
      .status(302)
      .set('Location', `${requestBase(req)}${path}`)
      .end();
  });
}

export async function sendTarball(context: ForgeContext, req: Request, res: Response): Promise<void> {
  const record = repositoryOf(context, req);
  const git = context.git(record);
  const commit = await resolveCommit(git, param(req, 'ref'));
  if (commit === undefined) throw notFound();
  const folder = `${record.owner}-${record.name}-${commit.slice(0, 7)}`;
  const args = ['--git-dir', git.dir, 'archive', '--format=tar', `--prefix=${folder}/`, commit];
  const child = spawn('git', args, {
    env: context.gitRunner.environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  context.gitRunner.track(child);
  res.set('Content-Type', 'application/x-gzip');
  res.set('Content-Disposition', `attachment; filename=${folder}.tar.gz`);
  try {
    await pipeline(child.stdout, createGzip(), res);
  } catch (error) {
    // The client went away, or git failed in the middle: the answer has begun, it can only be cut.
    child.kill();
    res.destroy();
    context.log.debug({ err: error }, 'tarball was cut');
  }
}

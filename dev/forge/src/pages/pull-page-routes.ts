import { type Request, type Response, type Router, urlencoded } from 'express';
import type { ForgeContext } from '../forge-context.ts';
import { diffText } from '../git/diff.ts';
import { listCommits, mergeBase } from '../git/history.ts';
import { GithubError } from '../github-error.ts';
import { numberParam, param, queryText, repositoryOf } from '../http/request.ts';
import { mergePull } from '../operations/merge-pull.ts';
import { summarizePull } from '../operations/pull-summary.ts';
import { findPull, inRepository } from '../operations/repository-session.ts';
import { updatePull } from '../operations/update-pull.ts';
import type { MergeMethod, PullRecord } from '../store/records.ts';
import type { UserRecord } from '../users.ts';
import { pullPage } from './pull-page.ts';
import { type PullFilter, pullsPage } from './pulls-page.ts';
import { sendPage } from './send-page.ts';

const METHODS: readonly MergeMethod[] = ['merge', 'squash', 'rebase'];

export function addPullPages(pages: Router, context: ForgeContext, visitor: UserRecord): void {
  pages.get('/pulls', (req, res) => sendPage(res, pullsPage(context.store.list(), undefined, filterOf(req))));
  pages.get('/:owner/:repo/pulls', (req, res) => {
    const record = repositoryOf(context, req);
    sendPage(res, pullsPage([record], record, filterOf(req)));
  });

  const showPull = async (req: Request, res: Response) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const pull = findPull(record, numberParam(req, 'number'));
    const [summary, commits, files] = await Promise.all([
      summarizePull(context, record, pull, true),
      listCommits(git, { revisions: [pull.headSha, `^${pull.baseSha}`], isOldestFirst: true, limit: 100 }),
      context.pullFacts.files(git, pull),
    ]);
    sendPage(res, pullPage({ record, pull, summary, commits, files }));
  };
  const showDiff = async (req: Request, res: Response) => {
    const record = repositoryOf(context, req);
    const git = context.git(record);
    const pull = findPull(record, numberParam(req, 'number'));
    const ancestor = await mergeBase(git, pull.baseSha, pull.headSha);
    const diff = await diffText(git, ancestor ?? pull.baseSha, pull.headSha);
    res.set('Content-Type', 'text/plain; charset=utf-8').end(diff);
  };
  pages.get('/:owner/:repo/pull/:number.diff', showDiff);
  pages.get('/:owner/:repo/pull/:number.patch', showDiff);
  pages.get('/:owner/:repo/pull/:number', showPull);
  pages.get('/:owner/:repo/pull/:number/files', showPull);
  pages.get('/:owner/:repo/pull/:number/commits', showPull);

  const setState = (state: PullRecord['state']) => async (req: Request, res: Response) => {
    await inRepository(context, repositoryOf(context, req), (session) =>
      updatePull(context, session, numberParam(req, 'number'), { state }, visitor),
    );
    backToPull(req, res);
  };
  pages.post('/:owner/:repo/pull/:number/close', setState('closed'));
  pages.post('/:owner/:repo/pull/:number/reopen', setState('open'));
  pages.post(
    '/:owner/:repo/pull/:number/merge',
    urlencoded({ extended: false, limit: '4kb' }),
    async (req, res) => {
      const wanted: unknown = req.body?.method ?? 'merge';
      const method = METHODS.find((each) => each === wanted);
      if (!method) throw new GithubError(422, 'There is no such merge method.');
      await inRepository(context, repositoryOf(context, req), (session) =>
        mergePull(context, session, numberParam(req, 'number'), { method }, visitor),
      );
      backToPull(req, res);
    },
  );
}

function backToPull(req: Request, res: Response): void {
  const path = `/${param(req, 'owner')}/${param(req, 'repo')}/pull/${param(req, 'number')}`;
  res.status(303).set('Location', path).end();
}

function filterOf(req: Request): PullFilter {
  const state = queryText(req, 'state');
  return state === 'closed' || state === 'all' ? state : 'open';
}

import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal, startTestForge, type TestForge } from '../forge.test-kit.ts';
import { seedRepository } from '../seed-repository.ts';

let kit: TestForge;
beforeAll(async () => {
  kit = await startTestForge();
});
afterAll(() => kit.stop());

async function prepare(repo: string) {
  await seedRepository(kit.forge, `acme/${repo}`, { commits: [{ message: 'Start', files: { a: 'a' } }] });
  const { head } = await seedRepository(kit.forge, `acme/${repo}`, {
    branch: 'topic',
    from: 'main',
    commits: [{ message: 'T', files: { b: 'b' } }],
  });
  const target = { owner: 'acme', repo };
  await kit.octokit.pulls.create({ ...target, head: 'topic', base: 'main', title: 'T' });
  return { target, pull: { ...target, pull_number: 1 }, issue: { ...target, issue_number: 1 }, head };
}

test('a review approves, asks for changes or comments; nobody approves their own', async () => {
  const { pull, head } = await prepare('reviews');
  const approved = await kit.reviewer.pulls.createReview({ ...pull, event: 'APPROVE' });
  expect(approved.data).toMatchObject({ state: 'APPROVED', commit_id: head, user: { login: 'ada' } });
  await kit.reviewer.pulls.createReview({ ...pull, event: 'REQUEST_CHANGES', body: 'Please' });
  await kit.octokit.pulls.createReview({ ...pull, event: 'COMMENT', body: 'Why?' });
  const pending = await kit.reviewer.pulls.createReview({ ...pull, body: 'later' });
  expect(pending.data).toMatchObject({ state: 'PENDING' });
  const { data } = await kit.octokit.pulls.listReviews(pull);
  expect(data.map(({ state }) => state)).toEqual(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'PENDING']);
  expect((await kit.octokit.pulls.getReview({ ...pull, review_id: approved.data.id })).data.state).toBe(
    'APPROVED',
  );
  expect(await refusal(kit.octokit.pulls.createReview({ ...pull, event: 'APPROVE' }))).toMatchObject({
    status: 422,
    errors: ['Review Can not approve your own pull request'],
  });
  expect((await refusal(kit.reviewer.pulls.createReview({ ...pull, event: 'REQUEST_CHANGES' }))).status).toBe(
    422,
  );
  expect((await refusal(kit.reviewer.pulls.getReview({ ...pull, review_id: 1 }))).status).toBe(404);
});

test('comments are made, listed, changed and deleted', async () => {
  const { target, issue } = await prepare('comments');
  const made = await kit.octokit.issues.createComment({ ...issue, body: 'First' });
  await kit.reviewer.issues.createComment({ ...issue, body: 'Second' });
  const comment_id = made.data.id;
  await kit.octokit.issues.updateComment({ ...target, comment_id, body: 'Changed' });
  expect((await kit.octokit.issues.getComment({ ...target, comment_id })).data.body).toBe('Changed');
  const { data } = await kit.octokit.issues.listComments(issue);
  expect(data.map(({ body, user }) => `${user?.login}: ${body}`)).toEqual([
    'loom-bot: Changed',
    'ada: Second',
  ]);
  await kit.octokit.issues.deleteComment({ ...target, comment_id });
  expect((await kit.octokit.issues.listComments(issue)).data).toHaveLength(1);
  expect((await refusal(kit.octokit.issues.updateComment({ ...target, comment_id, body: 'x' }))).status).toBe(
    404,
  );
  expect((await refusal(kit.octokit.issues.createComment({ ...issue, body: '' }))).status).toBe(422);
  expect((await kit.octokit.issues.get(issue)).data).toMatchObject({
    number: 1,
    comments: 1,
    pull_request: { merged_at: null },
  });
});

test('labels are kept by the repository and put on pull requests', async () => {
  const { target, issue, pull } = await prepare('labels');
  const made = await kit.octokit.issues.createLabel({
    ...target,
    name: 'migration',
    color: 'FF0000',
    description: 'By Loom',
  });
  expect(made.data).toMatchObject({ name: 'migration', color: 'ff0000', description: 'By Loom' });
  expect(await refusal(kit.octokit.issues.createLabel({ ...target, name: 'Migration' }))).toMatchObject({
    status: 422,
    errors: [{ code: 'already_exists' }],
  });
  // One that is not there yet is made, and putting one on twice is no trouble.
  await kit.octokit.issues.addLabels({ ...issue, labels: ['migration', 'new one'] });
  const added = await kit.octokit.issues.addLabels({ ...issue, labels: ['MIGRATION'] });
  expect(added.data.map(({ name }) => name)).toEqual(['migration', 'new one']);
  expect((await kit.octokit.pulls.get(pull)).data.labels.map(({ name }) => name)).toEqual([
    'migration',
    'new one',
  ]);
  await kit.octokit.issues.updateLabel({ ...target, name: 'migration', new_name: 'loom', color: '00ff00' });
  expect((await kit.octokit.issues.listLabelsOnIssue(issue)).data.map(({ name }) => name)).toEqual([
    'loom',
    'new one',
  ]);
  await kit.octokit.issues.removeLabel({ ...issue, name: 'new one' });
  expect((await refusal(kit.octokit.issues.removeLabel({ ...issue, name: 'new one' }))).message).toBe(
    'Label does not exist',
  );
  await kit.octokit.issues.setLabels({ ...issue, labels: ['a', 'b'] });
  await kit.octokit.issues.deleteLabel({ ...target, name: 'a' });
  expect((await kit.octokit.issues.listLabelsOnIssue(issue)).data.map(({ name }) => name)).toEqual(['b']);
  expect((await kit.octokit.issues.listLabelsForRepo(target)).data.map(({ name }) => name)).toEqual([
    'loom',
    'new one',
    'b',
  ]);
  expect((await kit.octokit.issues.getLabel({ ...target, name: 'loom' })).data.color).toBe('00ff00');
});

test('check runs and statuses are reported, and decide the mergeable state', async () => {
  const { target, pull, head } = await prepare('checks');
  const state = async () => (await kit.octokit.pulls.get(pull)).data.mergeable_state;
  expect(await state()).toBe('clean');
  const made = await kit.octokit.checks.create({
    ...target,
    name: 'build',
    head_sha: head,
    status: 'in_progress',
    details_url: 'https://ci.example.org/1',
  });
  expect(made.data).toMatchObject({
    status: 'in_progress',
    conclusion: null,
    head_sha: head,
    pull_requests: [{ number: 1 }],
  });
  expect(await state()).toBe('unstable');
  const check_run_id = made.data.id;
  const done = await kit.octokit.checks.update({
    ...target,
    check_run_id,
    conclusion: 'success',
    output: { title: 'Built', summary: 'All of it' },
  });
  expect(done.data).toMatchObject({ status: 'completed', conclusion: 'success', output: { title: 'Built' } });
  expect(done.data.completed_at).toBeTruthy();
  expect(await state()).toBe('clean');
  await kit.octokit.checks.create({ ...target, name: 'build', head_sha: head, conclusion: 'failure' });
  const latest = await kit.octokit.checks.listForRef({ ...target, ref: 'topic', check_name: 'build' });
  expect(latest.data).toMatchObject({ total_count: 1, check_runs: [{ conclusion: 'failure' }] });
  expect(
    (await kit.octokit.checks.listForRef({ ...target, ref: 'topic', filter: 'all' })).data.total_count,
  ).toBe(2);
  expect((await kit.octokit.checks.get({ ...target, check_run_id })).data.conclusion).toBe('success');
  expect(
    (await refusal(kit.octokit.checks.create({ ...target, name: 'x', head_sha: '0'.repeat(40) }))).status,
  ).toBe(422);
  expect((await refusal(kit.octokit.checks.update({ ...target, check_run_id: 1 }))).status).toBe(404);

  const status = { ...target, sha: head };
  expect((await kit.octokit.repos.getCombinedStatusForRef({ ...target, ref: 'topic' })).data).toMatchObject({
    state: 'pending',
    total_count: 0,
  });
  await kit.octokit.repos.createCommitStatus({ ...status, state: 'pending', context: 'ci/a' });
  await kit.octokit.repos.createCommitStatus({
    ...status,
    state: 'success',
    context: 'ci/a',
    description: 'Fine',
    target_url: 'https://ci.example.org',
  });
  expect((await kit.octokit.repos.getCombinedStatusForRef({ ...target, ref: head })).data).toMatchObject({
    state: 'success',
    total_count: 1,
    statuses: [{ context: 'ci/a', description: 'Fine' }],
  });
  await kit.octokit.repos.createCommitStatus({ ...status, state: 'error', context: 'ci/b' });
  expect((await kit.octokit.repos.getCombinedStatusForRef({ ...target, ref: 'topic' })).data.state).toBe(
    'failure',
  );
  expect(
    (await kit.octokit.repos.listCommitStatusesForRef({ ...target, ref: 'topic' })).data.map(
      ({ state: each }) => each,
    ),
  ).toEqual(['error', 'success', 'pending']);
  expect(
    (
      await refusal(
        kit.octokit.repos.createCommitStatus({ ...target, sha: '0'.repeat(40), state: 'success' }),
      )
    ).status,
  ).toBe(422);
});

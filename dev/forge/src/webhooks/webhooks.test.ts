import { Webhooks } from '@octokit/webhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal, startHookReceiver, startTestForge, type TestForge } from '../forge.test-kit.ts';
import { seedRepository } from '../seed-repository.ts';

let kit: TestForge;
beforeAll(async () => {
  kit = await startTestForge({ webhookSecret: 'default-secret', webhookTimeoutMs: 300 });
});
afterAll(() => kit.stop());

async function prepare(repo: string) {
  await seedRepository(kit.forge, `acme/${repo}`, { commits: [{ message: 'Start', files: { a: 'a' } }] });
  await seedRepository(kit.forge, `acme/${repo}`, {
    branch: 'topic',
    from: 'main',
    commits: [{ message: 'T', files: { b: 'b' } }],
  });
  return { owner: 'acme', repo };
}

const hook = (url: string, events: string[], more: object = {}) => ({
  config: { url, content_type: 'json', ...more },
  events,
});

test('a hook is pinged, and told every event of a pull request that it asked for', async () => {
  const target = await prepare('events');
  const receiver = await startHookReceiver();
  const events = ['pull_request', 'push', 'pull_request_review', 'check_run', 'status', 'issue_comment'];
  await kit.octokit.repos.createWebhook({ ...target, ...hook(receiver.url, events) });
  await kit.forge.webhooksIdle();
  expect(receiver.received.map(({ event }) => event)).toEqual(['ping']);
  const steps: string[][] = [];
  const step = async (work: () => Promise<unknown>) => {
    const before = receiver.received.length;
    await work();
    await kit.forge.webhooksIdle();
    const names = receiver.received
      .slice(before)
      .map(({ event, action }) => (action ? `${event}.${action}` : event));
    steps.push(names.toSorted());
  };
  const { data: pull } = await kit.octokit.pulls.create({
    ...target,
    head: 'topic',
    base: 'main',
    title: 'T',
  });
  await kit.forge.webhooksIdle();
  const pull_number = pull.number;
  await step(() => kit.octokit.pulls.update({ ...target, pull_number, title: 'New title' }));
  await step(() =>
    seedRepository(kit.forge, 'acme/events', {
      branch: 'topic',
      commits: [{ message: 'More', files: { c: 'c' } }],
    }),
  );
  await step(() => kit.octokit.pulls.update({ ...target, pull_number, state: 'closed' }));
  await step(() => kit.octokit.pulls.update({ ...target, pull_number, state: 'open' }));
  await step(() => kit.reviewer.pulls.createReview({ ...target, pull_number, event: 'APPROVE' }));
  await step(() => kit.octokit.issues.createComment({ ...target, issue_number: pull_number, body: 'Hi' }));
  await step(() =>
    kit.octokit.checks.create({ ...target, name: 'ci', head_sha: pull.head.sha, conclusion: 'success' }),
  );
  await step(() => kit.octokit.repos.createCommitStatus({ ...target, sha: pull.head.sha, state: 'success' }));
  await step(() => kit.octokit.issues.addLabels({ ...target, issue_number: pull_number, labels: ['x'] }));
  await step(() => kit.reviewer.pulls.merge({ ...target, pull_number }));
  expect(steps).toEqual([
    ['pull_request.edited'],
    ['pull_request.synchronize', 'push'],
    ['pull_request.closed'],
    ['pull_request.reopened'],
    ['pull_request_review.submitted'],
    ['issue_comment.created'],
    ['check_run.completed', 'check_run.created'],
    ['status'],
    ['pull_request.labeled'],
    ['pull_request.closed', 'push'],
  ]);

  const payloadOf = (event: string, action?: string) =>
    receiver.received.findLast(
      (each) => each.event === event && (action === undefined || each.action === action),
    )?.payload;
  expect(payloadOf('pull_request', 'opened')).toMatchObject({
    number: 1,
    pull_request: { number: 1, merged: false, mergeable: null, changed_files: 1 },
    repository: { full_name: 'acme/events' },
    sender: { login: 'loom-bot' },
    organization: { login: 'acme' },
  });
  expect(payloadOf('pull_request', 'edited')).toMatchObject({
    changes: { title: { from: 'T' } },
    pull_request: { title: 'New title' },
  });
  expect(payloadOf('pull_request', 'synchronize')).toMatchObject({
    before: pull.head.sha,
    pull_request: { commits: 2 },
  });
  const merged = payloadOf('pull_request', 'closed');
  expect(merged).toMatchObject({
    sender: { login: 'ada' },
    pull_request: { merged: true, merged_by: { login: 'ada' }, state: 'closed' },
  });
  expect(payloadOf('pull_request_review')).toMatchObject({
    review: { state: 'approved', user: { login: 'ada' } },
  });
  expect(payloadOf('push')).toMatchObject({
    ref: 'refs/heads/main',
    forced: false,
    created: false,
    pusher: { name: 'ada' },
    head_commit: { message: 'Merge pull request #1 from acme/topic\n\nNew title' },
  });
  await receiver.stop();
});

test("Octokit's own verification accepts the signature, and no other", async () => {
  const target = await prepare('signed');
  const own = await startHookReceiver();
  const byDefault = await startHookReceiver();
  await kit.octokit.repos.createWebhook({
    ...target,
    ...hook(own.url, ['push'], { secret: 'its-own-secret' }),
  });
  await kit.octokit.repos.createWebhook({ ...target, ...hook(byDefault.url, ['push']) });
  await kit.forge.webhooksIdle();
  const verify = (secret: string, received: { body: string; headers: object }) =>
    new Webhooks({ secret }).verify(
      received.body,
      (received.headers as Record<string, string>)['x-hub-signature-256'] ?? '',
    );
  const [first] = own.received;
  const [second] = byDefault.received;
  if (!first || !second) throw new Error('no delivery came');
  expect(await verify('its-own-secret', first)).toBe(true);
  expect(await verify('default-secret', first)).toBe(false);
  expect(await verify('default-secret', second)).toBe(true);
  expect(await verify('its-own-secret', { ...first, body: `${first.body} ` })).toBe(false);
  expect(first.headers).toMatchObject({ 'content-type': 'application/json', 'x-github-event': 'ping' });
  expect(first.headers['x-github-delivery']).toMatch(/^[0-9a-f-]{36}$/);
  expect(first.headers['user-agent']).toMatch(/^GitHub-Hookshot\//);
  await own.stop();
  await byDefault.stop();
});

test('pushes tell what they created, forced and deleted', async () => {
  const target = await prepare('pushes');
  const receiver = await startHookReceiver();
  await kit.octokit.repos.createWebhook({ ...target, ...hook(receiver.url, ['push']) });
  const { git, dir } = await kit.clone('acme/pushes');
  const { writeFile, rm } = await import('node:fs/promises');
  await git.checkoutLocalBranch('new');
  await writeFile(`${dir}/added.txt`, 'x');
  await writeFile(`${dir}/a`, 'changed');
  await git.add('.').commit('Both').push('origin', 'new');
  await rm(`${dir}/added.txt`);
  await git.add('.').commit('Gone', ['--amend']);
  await git.push(['--force', 'origin', 'new']);
  await git.push(['origin', '--delete', 'new']);
  await kit.forge.webhooksIdle();
  const pushes = receiver.received.filter(({ event }) => event === 'push').map(({ payload }) => payload);
  const find = (shape: object) =>
    pushes.find((payload) => Object.entries(shape).every(([key, value]) => payload[key] === value));
  expect(find({ created: true })).toMatchObject({
    ref: 'refs/heads/new',
    before: '0'.repeat(40),
    commits: [{ message: 'Both', added: ['added.txt'], modified: ['a'], removed: [] }],
  });
  expect(find({ forced: true })).toMatchObject({ commits: [{ modified: ['a'], added: [] }] });
  expect(find({ deleted: true })).toMatchObject({ after: '0'.repeat(40), commits: [], head_commit: null });
  await receiver.stop();
});

test('a form hook gets the payload as a form field', async () => {
  const target = await prepare('form');
  const receiver = await startHookReceiver();
  await kit.octokit.repos.createWebhook({
    ...target,
    config: { url: receiver.url, secret: 's' },
    events: ['push'],
  });
  await kit.forge.webhooksIdle();
  const [ping] = receiver.received;
  expect(ping?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(ping?.payload).toHaveProperty('zen');
  expect(
    await new Webhooks({ secret: 's' }).verify(
      ping?.body ?? '',
      String(ping?.headers['x-hub-signature-256']),
    ),
  ).toBe(true);
  await receiver.stop();
});

test('a delivery that fails is recorded, not repeated, until somebody asks for it', async () => {
  const target = await prepare('failing');
  let status = 500;
  const receiver = await startHookReceiver((respond) => respond(status, { 'x-answer': 'yes' }));
  const { data: made } = await kit.octokit.repos.createWebhook({
    ...target,
    ...hook(receiver.url, ['issue_comment', 'pull_request']),
  });
  const hook_id = made.id;
  await kit.octokit.pulls.create({ ...target, head: 'topic', base: 'main', title: 'T' });
  await kit.forge.webhooksIdle();
  expect(receiver.names()).toEqual(['pull_request.opened']);
  const { data: deliveries } = await kit.octokit.repos.listWebhookDeliveries({ ...target, hook_id });
  expect(deliveries.map(({ event, status_code, redelivery }) => [event, status_code, redelivery])).toEqual([
    ['pull_request', 500, false],
    ['ping', 500, false],
  ]);
  const delivery_id = deliveries[0]?.id ?? 0;
  const { data: delivery } = await kit.octokit.repos.getWebhookDelivery({ ...target, hook_id, delivery_id });
  expect(delivery).toMatchObject({
    status: 'Invalid HTTP Response: 500',
    request: { headers: { 'x-github-event': 'pull_request' }, payload: { action: 'opened' } },
    response: { headers: { 'x-answer': 'yes' }, payload: 'thanks' },
  });

  status = 200;
  expect((await kit.octokit.repos.redeliverWebhookDelivery({ ...target, hook_id, delivery_id })).status).toBe(
    202,
  );
  await kit.forge.webhooksIdle();
  const [first, again] = receiver.received.filter(({ event }) => event === 'pull_request');
  expect(again?.body).toBe(first?.body);
  expect(again?.headers['x-github-delivery']).toBe(first?.headers['x-github-delivery']);
  const after = await kit.octokit.repos.listWebhookDeliveries({ ...target, hook_id, per_page: 1 });
  expect(after.data).toMatchObject([{ status_code: 200, redelivery: true, guid: delivery.guid }]);
  expect(after.headers.link).toContain('cursor=');
  await receiver.stop();
});

test('a hook that never answers, redirects or is not there holds nothing up', async () => {
  const target = await prepare('silent');
  const silent = await startHookReceiver(() => undefined);
  const redirecting = await startHookReceiver((respond) => respond(302, { location: silent.url }));
  const ids: number[] = [];
  for (const url of [silent.url, redirecting.url, 'http://127.0.0.1:1/closed']) {
    ids.push((await kit.octokit.repos.createWebhook({ ...target, ...hook(url, ['push']) })).data.id);
  }
  await kit.forge.webhooksIdle();
  const statuses = await Promise.all(
    ids.map(
      async (hook_id) => (await kit.octokit.repos.listWebhookDeliveries({ ...target, hook_id })).data[0],
    ),
  );
  expect(statuses[0]).toMatchObject({ status: 'timed out', status_code: 0 });
  expect(statuses[1]).toMatchObject({ status: 'Invalid HTTP Response: 302', status_code: 302 });
  expect(statuses[2]?.status).toMatch(/^failed to connect/);
  expect(silent.received).toHaveLength(1);
  await silent.stop();
  await redirecting.stop();
});

test('hooks are listed, changed, pinged and deleted, and keep their secret to themselves', async () => {
  const target = await prepare('manage');
  const receiver = await startHookReceiver();
  const { data: made } = await kit.octokit.repos.createWebhook({
    ...target,
    ...hook(receiver.url, ['push'], { secret: 'hidden' }),
  });
  expect(made.config.secret).toBe('********');
  const hook_id = made.id;
  expect(
    await refusal(kit.octokit.repos.createWebhook({ ...target, ...hook(receiver.url, ['push']) })),
  ).toMatchObject({ status: 422, errors: [{ message: 'Hook already exists on this repository' }] });
  for (const url of ['', 'nothing', 'file:///etc/passwd', 'javascript:alert(1)']) {
    expect(
      (await refusal(kit.octokit.repos.createWebhook({ ...target, ...hook(url, ['push']) }))).status,
    ).toBe(422);
  }
  const changed = await kit.octokit.repos.updateWebhook({
    ...target,
    hook_id,
    add_events: ['status'],
    remove_events: ['push'],
    active: false,
  });
  expect(changed.data).toMatchObject({ events: ['status'], active: false });
  await kit.forge.webhooksIdle();
  const before = receiver.received.length;
  await seedRepository(kit.forge, 'acme/manage', { commits: [{ message: 'M', files: { m: 'm' } }] });
  await kit.octokit.repos.pingWebhook({ ...target, hook_id });
  await kit.forge.webhooksIdle();
  expect(receiver.received.slice(before).map(({ event }) => event)).toEqual(['ping']);
  expect((await kit.octokit.repos.listWebhooks(target)).data.map(({ id }) => id)).toEqual([hook_id]);
  expect((await kit.octokit.repos.getWebhook({ ...target, hook_id })).data.last_response).toMatchObject({
    code: 200,
    status: 'active',
  });
  await kit.octokit.repos.deleteWebhook({ ...target, hook_id });
  expect((await refusal(kit.octokit.repos.getWebhook({ ...target, hook_id }))).status).toBe(404);
  await receiver.stop();
});

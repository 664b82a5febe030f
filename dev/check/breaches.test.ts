/** A check that never fails checks nothing: each breach is planted in a copy of the tree, and has to be found. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const copy = mkdtempSync(join(tmpdir(), 'loom-breaches-'));
const CHECKED = ['server/src', 'worker-sdk/src', 'workers', 'console/src', 'dev'];
const READ = [
  'api',
  'server',
  'worker-sdk',
  'console',
  'package.json',
  'package-lock.json',
  'tsconfig*.json',
];

function check(name: string, ...args: string[]): { passes: boolean; says: string } {
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsx, `dev/check/${name}.ts`, ...args], {
    cwd: copy,
    encoding: 'utf8',
  });
  return { passes: status === 0, says: stdout + stderr };
}

function plant(path: string, text: string): void {
  mkdirSync(dirname(join(copy, path)), { recursive: true });
  writeFileSync(join(copy, path), text);
}

beforeAll(() => {
  const tracked = execFileSync(
    'git',
    ['ls-files', '-z', '--', ...CHECKED, ...READ, '.dependency-cruiser.cjs'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  for (const path of new Set(tracked.split('\0').filter((each) => each !== ''))) {
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, '.gitignore'), 'node_modules\n');
  execFileSync('git', ['init', '--quiet'], { cwd: copy });
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('the boundaries', () => {
  /** One line each: who imports what, and the rule that forbids it. */
  const breaches: readonly (readonly [rule: string, from: string, imports: string])[] = [
    ['no-cycle', 'worker-sdk/src/breach-cycle.ts', './breach-cycle.ts'],
    ['domain-is-pure', 'server/src/domain/breach-framework.ts', 'express'],
    ['domain-is-pure', 'server/src/domain/breach-node.ts', 'node:crypto'],
    ['domain-is-pure', 'server/src/domain/breach-adapter.ts', '../adapters/redis/keys.ts'],
    ['application-knows-ports', 'server/src/application/breach.ts', '../adapters/redis/keys.ts'],
    ['workflows-are-sandboxed', 'server/src/workflows/breach.ts', '../adapters/redis/keys.ts'],
    ['adapters-know-no-other', 'server/src/adapters/http/breach.ts', '../redis/keys.ts'],
    ['only-main-composes', 'server/src/adapters/http/breach-main.ts', '../../main.ts'],
    ['server-knows-no-worker', 'server/src/breach.ts', '../../workers/hello-world/src/main.ts'],
    ['sdk-knows-no-server', 'worker-sdk/src/breach-server.ts', '../../server/src/domain/run.ts'],
    ['sdk-knows-no-worker', 'worker-sdk/src/breach-worker.ts', '../../workers/app-chart/src/config.ts'],
    ['workers-know-no-other', 'workers/hello-world/src/breach.ts', '../../app-chart/src/config.ts'],
    ['workers-use-the-sdk', 'workers/hello-world/src/breach-api.ts', '../../../api/types.gen.ts'],
    ['products-need-no-tool', 'worker-sdk/src/breach-tool.ts', '../../dev/forge/src/index.ts'],
    ['tools-are-alone', 'dev/forge/src/breach.ts', '../../../server/src/domain/run.ts'],
    ['features-know-no-other', 'console/src/features/breach/breach.ts', '../home/home-page.tsx'],
    ['ui-knows-no-api', 'console/src/ui/breach.ts', '../../../api/types.gen.ts'],
    ['console-is-alone', 'console/src/breach.ts', '../../server/src/domain/run.ts'],
  ];
  let says = '';

  beforeAll(() => {
    for (const [, from, imports] of breaches) plant(from, `export * from '${imports}';\n`);
    const result = check('boundaries');
    for (const [, from] of breaches) rmSync(join(copy, from));
    says = result.passes ? 'The check passed.' : result.says;
  });

  it.each(breaches)('%s: %s may not import %s', (rule, from) => {
    expect(says).toContain(`${rule}: ${from} -> `);
  });

  it('have a breach here for every rule', () => {
    const rules = readFileSync(join(root, '.dependency-cruiser.cjs'), 'utf8').matchAll(/name: '([\w-]+)'/g);
    expect(new Set(breaches.map(([rule]) => rule))).toEqual(new Set([...rules].map(([, name]) => name)));
  });
});

describe('neutrality', () => {
  it.each([
    ['the server names a worker', 'server/src/application/breach.ts', "export const app = 'hello-world';\n"],
    [
      'the server names a step type',
      'server/src/adapters/redis/breach.lua.ts',
      "export const type = 'greet';\n",
    ],
    [
      'the console names a migration',
      'console/src/features/breach.tsx',
      'export const id = <b>app-chart</b>;\n',
    ],
  ])('%s', (_, path, text) => {
    plant(path, text);
    const result = check('neutrality');
    rmSync(join(copy, path));
    expect(result).toMatchObject({ passes: false, says: expect.stringContaining(path) });
  });

  it('holds without them', () => {
    expect(check('neutrality')).toMatchObject({ passes: true });
  });
});

describe('the lockfile', () => {
  const read = () => JSON.parse(readFileSync(join(copy, 'package-lock.json'), 'utf8'));
  const write = (lock: unknown) => plant('package-lock.json', JSON.stringify(lock));

  it("may not lack another platform's package, and is completed", () => {
    const lock = read();
    delete lock.packages['node_modules/oxlint/node_modules/@oxlint/binding-win32-x64-msvc'];
    delete lock.packages['node_modules/@oxlint/binding-win32-x64-msvc'];
    write(lock);
    expect(check('lockfile')).toMatchObject({
      passes: false,
      says: expect.stringContaining('binding-win32-x64-msvc'),
    });
    expect(check('lockfile', '--complete')).toMatchObject({ passes: true });
    expect(check('lockfile')).toMatchObject({ passes: true });
    expect(read().packages['node_modules/@oxlint/binding-win32-x64-msvc']).toMatchObject({
      os: ['win32'],
      cpu: ['x64'],
      optional: true,
    });
  });

  it('may not say where a package came from', () => {
    const lock = read();
    lock.packages['node_modules/zod'].resolved = 'https://registry.example/zod.tgz';
    write(lock);
    expect(check('lockfile')).toMatchObject({
      passes: false,
      says: expect.stringContaining('registry.example'),
    });
  });
});

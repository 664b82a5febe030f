import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Environment } from './environment.ts';
import { findOnPath } from './find-on-path.ts';
import { type CommandResult, runCommand } from './run-command.ts';

const group = 'io.temporal';
const artefact = 'temporal-test-server';
const version = '1.32.0';
export const timeSkippingArtefact = `${group}:${artefact}:${version}`;

const jars = 'jars';
const timeoutMs = 5 * 60_000;

/** Asks for what Maven is to copy; the repository is that of Maven's own settings. */
const project = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>loom</groupId>
  <artifactId>time-skipping</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>${group}</groupId>
      <artifactId>${artefact}</artifactId>
      <version>${version}</version>
    </dependency>
  </dependencies>
</project>
`;

/** Finds its jars beside itself, wherever it is moved to. */
const launcher = `#!/bin/sh
exec java -Xmx512m -cp "$(dirname "$0")/${jars}/*" io.temporal.testserver.TestServer "$@"
`;

/** Has Maven fetch the test server with what it depends on, and writes a program at `path` that runs it. */
export async function fetchByMaven(path: string, env: Environment): Promise<CommandResult> {
  for (const needed of ['java', 'mvn']) {
    if ((await findOnPath(needed, env)) === undefined)
      return { ok: false, reason: `no \`${needed}\` on PATH` };
  }
  const folder = await mkdtemp(join(tmpdir(), 'loom-maven-'));
  try {
    await writeFile(join(folder, 'pom.xml'), project);
    const to = join(dirname(path), jars);
    await mkdir(to, { recursive: true });
    const fetched = await runCommand(
      'mvn',
      [
        '--batch-mode',
        '--file',
        join(folder, 'pom.xml'),
        'dependency:copy-dependencies',
        '-DincludeScope=runtime',
        `-DoutputDirectory=${to}`,
      ],
      { timeoutMs, env },
    );
    if (!fetched.ok) return { ok: false, reason: `\`mvn\` ${fetched.reason}` };
    await writeFile(path, launcher);
    await chmod(path, 0o755);
    return fetched;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

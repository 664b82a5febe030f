import { type ChildProcess, spawn } from 'node:child_process';
import { killGroup } from './kill-group.ts';

/*
 * Children must not outlive us, however we end. An 'exit' handler cannot run after SIGKILL, nor after a signal that
 * nobody handles, so a small shell reads our orders from a pipe: when we are gone the pipe ends and it kills the
 * process groups that are still on its list. It runs in a session of its own, so a Ctrl-C does not reach it.
 */
const guardScript = `
groups=""
while read -r order group; do
  rest=""
  for g in $groups; do [ "$g" = "$group" ] || rest="$rest $g"; done
  groups="$rest"
  [ "$order" = add ] && groups="$groups $group"
done
for g in $groups; do kill -9 "-$g" 2>/dev/null; done
`;

const groups = new Set<number>();
let guard: ChildProcess | undefined;

/** Has the process group killed when this process ends in whatever way. */
export function guardGroup(group: number): void {
  groups.add(group);
  if (guard === undefined) startGuard();
  else guard.stdin?.write(`add ${group}\n`);
}

/** To be called as soon as the group's leader has ended, since its number may be given to another process. */
export function releaseGroup(group: number): void {
  if (!groups.delete(group) || guard === undefined) return;
  guard.stdin?.write(`del ${group}\n`);
  if (groups.size === 0) {
    guard.stdin?.end();
    guard = undefined;
  }
}

function startGuard(): void {
  const started = spawn('/bin/sh', ['-c', guardScript], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard = started;
  started.unref();
  started.stdin?.on('error', () => {}); // the guard is gone: 'exit' below starts another
  started.on('error', () => {}); // no shell: the 'exit' handler of this process remains
  started.on('exit', () => {
    if (guard !== started) return;
    guard = undefined;
    if (groups.size > 0) startGuard();
  });
  for (const group of groups) started.stdin?.write(`add ${group}\n`);
}

process.on('exit', () => {
  for (const group of groups) killGroup(group, 'SIGKILL');
});

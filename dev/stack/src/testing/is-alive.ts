import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Whether a process runs; one that has ended but was not collected by its parent does not. */
export function isAlive(pid: number): boolean {
  const state = existsSync('/proc/self/stat') ? linuxState(pid) : psState(pid);
  return state !== '' && !/^[ZX]/.test(state);
}

function linuxState(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '');
  } catch {
    return '';
  }
}

function psState(pid: number): string {
  return spawnSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' }).stdout.trim();
}

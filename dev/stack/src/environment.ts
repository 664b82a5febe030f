import { homedir } from 'node:os';
import { join } from 'node:path';

/** The variables that a search looks at; a parameter, so that a test can give its own. */
export type Environment = Readonly<Record<string, string | undefined>>;

export function homeOf(env: Environment): string {
  return env['HOME'] || homedir();
}

/** Where downloaded and built programs are kept between runs and clones. */
export function programCacheOf(env: Environment): string {
  return join(env['XDG_CACHE_HOME'] || join(homeOf(env), '.cache'), 'loom', 'bin');
}

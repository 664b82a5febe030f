import { execFileSync, spawnSync } from 'node:child_process';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

function which(name: string): string | undefined {
  const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

/** Chromium on PATH, else from the package manager as root; otherwise an error that says the command. */
export function findChromium(): string {
  const given = process.env['CHROMIUM_BIN'];
  if (given !== undefined) return given;
  for (const name of NAMES) {
    const path = which(name);
    if (path !== undefined) return path;
  }
  const command = 'apt-get update && apt-get install -y --no-install-recommends chromium';
  if (process.getuid?.() !== 0 || which('apt-get') === undefined) {
    throw new Error(
      `The browser tests need Chromium. Install it (on Debian: sudo ${command}), or set CHROMIUM_BIN.`,
    );
  }
  process.stderr.write('Installing Chromium ...\n');
  execFileSync('sh', ['-c', command], {
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return which('chromium') ?? 'chromium';
}

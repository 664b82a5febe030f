/**
 * Fails when the lockfile lacks an optional package that a package of it names, or knows where a registry or this
 * machine is. `--complete` adds the lacking ones.
 *
 * A registry that does not carry the packages of other platforms makes npm leave them out when it writes the lockfile,
 * and `npm ci` refuses it then, everywhere. What npm needs to pass over a package of another platform stands in its
 * name and in the exact version its parent asks for; only its hash is unknown, so an added entry has none.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Entry {
  version?: string;
  optionalDependencies?: Record<string, string>;
  dev?: boolean;
  resolved?: string;
  link?: boolean;
  [field: string]: unknown;
}

const FILE = 'package-lock.json';
const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

const lock = JSON.parse(readFileSync(FILE, 'utf8')) as { packages: Record<string, Entry> };

/** Where npm would look for a package from another's folder: inside it, then in every folder above. */
const isLocked = (from: string, name: string): boolean => {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${folder}${folder === '' ? '' : '/'}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
  }
};

/** An entry for a package of another platform, or undefined when its name or version do not say enough. */
const entryOf = (name: string, version: string, dev: boolean): Entry | undefined => {
  const words = (name.split('/').at(-1) ?? name).split('-');
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined || !/^\d+\.\d+\.\d+$/.test(version)) return undefined;
  const libc = words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined;
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(os === 'linux' && libc !== undefined ? { libc: [libc] } : {}),
    optional: true,
    os: [os],
  };
};

const lacking: string[] = [];
const added: Record<string, Entry> = {};
for (const [path, { optionalDependencies, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
    if (isLocked(path, name)) continue;
    const entry = entryOf(name, version, dev === true);
    if (process.argv.includes('--complete') && entry !== undefined) added[`node_modules/${name}`] = entry;
    else lacking.push(`${name}@${version}, which ${path} names`);
  }
}
if (Object.keys(added).length > 0) {
  const packages = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) =>
    a.localeCompare(b, 'en'),
  );
  writeFileSync(FILE, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
}

const places = Object.values(lock.packages).flatMap(({ resolved, link }) =>
  resolved !== undefined && link !== true ? [resolved] : [],
);
const breaches = [
  ...lacking.map((what) => `${FILE} lacks ${what}.`),
  ...places.map((place) => `${FILE} says where a package came from: ${place}.`),
  ...(lacking.length > 0 ? ['npm ci refuses it. Mend: npx tsx dev/check/lockfile.ts --complete'] : []),
];
if (breaches.length > 0) {
  process.stderr.write(`${breaches.join('\n')}\n`);
  process.exit(1);
}
process.stdout.write(
  `The lockfile is whole: ${Object.keys(lock.packages).length} packages, ${Object.keys(added).length} added.\n`,
);

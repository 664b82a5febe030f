const OWNER = /^[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}$/;
const REPOSITORY = /^[A-Za-z0-9._-]{1,100}$/;
const SHA = /^[0-9a-f]{40}$/;
/** Paths of the forge itself, which an owner of that name would hide. */
const RESERVED_OWNERS: ReadonlySet<string> = new Set(['api', 'pulls', 'healthz']);
// oxlint-disable-next-line no-control-regex -- git forbids exactly these in a ref name
const FORBIDDEN_IN_REF = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[/.]$|^@$/;

export function isOwnerName(name: string): boolean {
  return OWNER.test(name) && !RESERVED_OWNERS.has(name.toLowerCase());
}

export function isRepositoryName(name: string): boolean {
  return REPOSITORY.test(name) && name !== '.' && name !== '..' && !/\.(git|lock)$/i.test(name);
}

/** The rules of `git check-ref-format`, and no leading dash, so that no name can pass for an option. */
export function isRefName(name: string): boolean {
  if (name.length === 0 || name.length > 250 || FORBIDDEN_IN_REF.test(name)) return false;
  return name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'));
}

export function isTreePath(path: string): boolean {
  if (path.length === 0 || path.length > 4096 || path.includes('\0')) return false;
  return path
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git');
}

export function isSha(value: string): boolean {
  return SHA.test(value);
}

/** What git writes for "no object" when a ref is created or deleted. */
export const ZERO_SHA = '0'.repeat(40);

export function branchRef(branch: string): string {
  return `refs/heads/${branch}`;
}

export function branchOf(ref: string): string | undefined {
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
}

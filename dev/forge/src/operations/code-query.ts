import { unprocessable } from '../github-error.ts';

/** A code search, as far as the forge understands GitHub's syntax. */
export interface CodeQuery {
  /** All of them must occur in a file. */
  readonly terms: readonly string[];
  readonly repositories: readonly string[];
  readonly owners: readonly string[];
  /** Folders, or whole paths with `*`. */
  readonly paths: readonly string[];
  readonly filenames: readonly string[];
  readonly extensions: readonly string[];
}

const TOKEN = /(?:([a-z]+):)?(?:"((?:[^"\\]|\\.)*)"|(\S+))/gi;
const LONGEST_QUERY = 256;

export function parseCodeQuery(text: string): CodeQuery {
  if (text.length > LONGEST_QUERY) throw unprocessable('The search is longer than 256 characters.');
  const query = {
    terms: [] as string[],
    repositories: [] as string[],
    owners: [] as string[],
    paths: [] as string[],
    filenames: [] as string[],
    extensions: [] as string[],
  };
  for (const [token, qualifier, quoted, bare] of text.matchAll(TOKEN)) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '';
    switch (qualifier?.toLowerCase()) {
      case undefined:
        query.terms.push(value);
        break;
      case 'repo':
        query.repositories.push(value.toLowerCase());
        break;
      case 'org':
      case 'user':
        query.owners.push(value.toLowerCase());
        break;
      case 'path':
        query.paths.push(value.replace(/^\/|\/$/g, ''));
        break;
      case 'filename':
        query.filenames.push(value.toLowerCase());
        break;
      case 'extension':
        query.extensions.push(value.toLowerCase().replace(/^\./, ''));
        break;
      case 'language':
      case 'size':
      case 'fork':
      case 'in':
        throw unprocessable(`The forge does not search by ${qualifier}:.`);
      default:
        // Such as `name:` in YAML: no qualifier at all, so text.
        query.terms.push(token);
    }
  }
  return query;
}

/** Whether a path meets the qualifiers; of several of one kind it must meet one. */
export function matchesPath(query: CodeQuery, path: string): boolean {
  const name = (path.split('/').at(-1) ?? '').toLowerCase();
  return (
    meetsOne(query.paths, (wanted) => isBelow(path, wanted)) &&
    meetsOne(query.filenames, (wanted) => name === wanted || name.split('.')[0] === wanted) &&
    meetsOne(query.extensions, (wanted) => name.endsWith(`.${wanted}`))
  );
}

function meetsOne(wanted: readonly string[], isMet: (value: string) => boolean): boolean {
  return wanted.length === 0 || wanted.some(isMet);
}

function isBelow(path: string, wanted: string): boolean {
  if (wanted.includes('*')) {
    const parts = wanted.split(/(\*\*\/?|\*)/).map((part) => {
      if (part.startsWith('**')) return '.*';
      return part === '*' ? '[^/]*' : part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');
    });
    return new RegExp(`^${parts.join('')}$`).test(path);
  }
  // `path:/` means the root alone.
  if (wanted === '') return !path.includes('/');
  return path === wanted || path.startsWith(`${wanted}/`);
}

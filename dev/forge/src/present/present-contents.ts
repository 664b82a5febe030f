import type { TreeEntry } from '../git/objects.ts';
import { encodePath, type Links } from '../links.ts';
import type { RepositoryRecord } from '../store/records.ts';
import { repositoryPage, repositoryUrl } from './present-repository.ts';
import type { Schema } from './schema.ts';

/** GitHub leaves out the content of files above this size, unless the raw media type is asked for. */
const LARGEST_INLINE = 1024 * 1024;

type ContentType = Schema<'content-directory'>[number]['type'];

export function contentType(entry: TreeEntry): ContentType {
  if (entry.type === 'tree') return 'dir';
  if (entry.type === 'commit') return 'submodule';
  return entry.mode === '120000' ? 'symlink' : 'file';
}

export function presentEntry(
  links: Links,
  record: RepositoryRecord,
  ref: string,
  entry: TreeEntry,
): Schema<'content-directory'>[number] {
  const type = contentType(entry);
  const path = encodePath(entry.path);
  const page = `${repositoryPage(links, record)}/${type === 'dir' ? 'tree' : 'blob'}/${encodePath(ref)}/${path}`;
  const self = `${repositoryUrl(links, record)}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const git = gitUrl(links, record, entry);
  return {
    type,
    size: entry.size ?? 0,
    name: entry.path.split('/').at(-1) ?? '',
    path: entry.path,
    sha: entry.sha,
    url: self,
    git_url: git,
    html_url: page,
    download_url:
      entry.type === 'blob' ? `${repositoryPage(links, record)}/raw/${encodePath(ref)}/${path}` : null,
    _links: { self, git, html: page },
  };
}

export function presentFile(
  links: Links,
  record: RepositoryRecord,
  ref: string,
  entry: TreeEntry,
  content: Buffer,
): Schema<'content-file'> {
  const isInline = content.length <= LARGEST_INLINE;
  return {
    ...presentEntry(links, record, ref, entry),
    type: 'file',
    size: content.length,
    encoding: isInline ? 'base64' : 'none',
    content: isInline ? base64Lines(content) : '',
  };
}

export function presentSymlink(
  links: Links,
  record: RepositoryRecord,
  ref: string,
  entry: TreeEntry,
  target: string,
): Schema<'content-symlink'> {
  return { ...presentEntry(links, record, ref, entry), type: 'symlink', target };
}

/** Base64 as GitHub breaks it: 60 characters a line, and a line break at the end. */
export function base64Lines(content: Buffer): string {
  return content.toString('base64').replace(/.{1,60}/g, '$&\n');
}

function gitUrl(links: Links, record: RepositoryRecord, entry: TreeEntry): string | null {
  if (entry.type === 'commit') return null;
  return `${repositoryUrl(links, record)}/git/${entry.type}s/${entry.sha}`;
}

import { isUtf8 } from 'node:buffer';
import type { SimpleGit } from 'simple-git';
import type { FileChange } from '../step-context.ts';

const maxTextBytes = 1024 * 1024;
const absent = /^0+$/;

interface RawChange {
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldId: string;
  readonly newId: string;
  readonly status: string;
  readonly path: string;
  readonly previousPath: string | undefined;
}

/** Reads `git diff --raw -z`: for each file its facts, then its path, then for a renamed one its new path. */
function parseRaw(output: string): readonly RawChange[] {
  const fields = output.split('\0').filter((field) => field !== '');
  const changes: RawChange[] = [];
  for (let at = 0; at < fields.length; ) {
    const [oldMode = '', newMode = '', oldId = '', newId = '', status = ''] = (fields[at] ?? '')
      .slice(1)
      .split(' ');
    const isRenamed = status.startsWith('R');
    const first = fields[at + 1] ?? '';
    const path = isRenamed ? (fields[at + 2] ?? '') : first;
    changes.push({
      oldMode,
      newMode,
      oldId,
      newId,
      status,
      path,
      previousPath: isRenamed ? first : undefined,
    });
    at += isRenamed ? 3 : 2;
  }
  return changes;
}

type Side = { readonly text: string } | { readonly note: string } | undefined;

async function readSide(git: SimpleGit, id: string, mode: string): Promise<Side> {
  if (absent.test(id)) return undefined;
  if (mode === '160000') return { note: 'a submodule' };
  const bytes = await git.showBuffer([id]);
  if (bytes.length > maxTextBytes) return { note: `too large to show (${bytes.length} bytes)` };
  return isUtf8(bytes) && !bytes.includes(0) ? { text: bytes.toString('utf8') } : { note: 'a binary file' };
}

function statusOf(status: string): FileChange['status'] {
  switch (status[0]) {
    case 'A':
      return 'new';
    case 'D':
      return 'deleted';
    case 'R':
      return 'renamed';
    default:
      return 'modified';
  }
}

function modeNote({ oldMode, newMode }: RawChange): string | undefined {
  const isBoth = !absent.test(oldMode) && !absent.test(newMode);
  return isBoth && oldMode !== newMode ? `mode ${oldMode} becomes ${newMode}` : undefined;
}

/** What is staged, file by file with the texts before and after; renames are found, binary files are noted. */
export async function describeStaged(
  git: SimpleGit,
  repository: string,
  baseCommit: string,
): Promise<readonly FileChange[]> {
  const raw = await git.raw([
    'diff',
    '--cached',
    '--raw',
    '-z',
    '--no-abbrev',
    '--find-renames',
    'HEAD',
    '--',
  ]);
  const changes: FileChange[] = [];
  for (const change of parseRaw(raw)) {
    const before = await readSide(git, change.oldId, change.oldMode);
    const after = await readSide(git, change.newId, change.newMode);
    const notes = [before, after].flatMap((side) =>
      side !== undefined && 'note' in side ? [side.note] : [],
    );
    const note = [...new Set([...notes, modeNote(change)].filter((text) => text !== undefined))].join('; ');
    changes.push({
      repo: repository,
      baseCommit,
      path: change.path,
      ...(change.previousPath === undefined ? {} : { previousPath: change.previousPath }),
      status: statusOf(change.status),
      ...(before !== undefined && 'text' in before && notes.length === 0 ? { before: before.text } : {}),
      ...(after !== undefined && 'text' in after && notes.length === 0 ? { after: after.text } : {}),
      ...(note === '' ? {} : { note }),
    });
  }
  return changes;
}

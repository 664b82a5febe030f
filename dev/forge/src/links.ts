/** Where answers point to: the address by which the asker reached the forge, so that its links work for it. */
export interface Links {
  /** Pages for people. */
  readonly web: string;
  readonly api: string;
  /** Prefix of clone addresses. */
  readonly git: string;
}

export function linksFrom(base: string, publicUrl: string | undefined): Links {
  return { web: publicUrl ?? base, api: `${base}/api/v3`, git: base };
}

export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

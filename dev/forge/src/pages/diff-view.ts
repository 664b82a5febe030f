import type { FileChange } from '../git/diff.ts';
import { type Html, html } from './html.ts';

/** Files with more lines than this start folded. */
const LONGEST_OPEN = 800;

export function diffView(files: readonly FileChange[]): Html {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return html`<h2 id="files">${files.length} changed ${files.length === 1 ? 'file' : 'files'}
<span class="small"><span class="plus">+${additions}</span> <span class="minus">−${deletions}</span></span></h2>
${files.map(fileView)}`;
}

function fileView(file: FileChange): Html {
  const isOpen = file.additions + file.deletions <= LONGEST_OPEN;
  const name = file.previousPath === undefined ? file.path : `${file.previousPath} → ${file.path}`;
  return html`<details class="box"${isOpen ? html` open` : ''}><summary><span class="grow mono">${name}</span>
<span class="muted small">${file.status}</span><span class="small"><span class="plus">+${file.additions}</span> <span class="minus">−${file.deletions}</span></span></summary>
${
  file.patch === undefined
    ? html`<p class="empty">No text to show.</p>`
    : html`<div class="scroll"><table class="lines"><tbody>${patchRows(file.patch)}</tbody></table></div>`
}</details>`;
}

function patchRows(patch: string): Html[] {
  let before = 0;
  let after = 0;
  return patch.split('\n').map((line) => {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    if (hunk) {
      before = Number(hunk[1]);
      after = Number(hunk[2]);
      return html`<tr class="hunk"><td class="number"></td><td class="number"></td><td>${line}</td></tr>`;
    }
    switch (line[0]) {
      case '+':
        after += 1;
        return html`<tr class="added"><td class="number"></td><td class="number">${after - 1}</td><td>${line}</td></tr>`;
      case '-':
        before += 1;
        return html`<tr class="removed"><td class="number">${before - 1}</td><td class="number"></td><td>${line}</td></tr>`;
      case '\\':
        return html`<tr class="hunk"><td class="number"></td><td class="number"></td><td>${line}</td></tr>`;
      default:
        before += 1;
        after += 1;
        return html`<tr><td class="number">${before - 1}</td><td class="number">${after - 1}</td><td>${line}</td></tr>`;
    }
  });
}

import { encodePath } from '../links.ts';
import type { RepositoryRecord } from '../store/records.ts';
import { html } from './html.ts';
import { layout, pathOf, repositoryHead } from './layout.ts';
import { breadcrumb } from './tree-page.ts';

const LARGEST_SHOWN = 512 * 1024;

export function filePage(record: RepositoryRecord, ref: string, path: string, content: Buffer): string {
  const raw = `${pathOf(record)}/raw/${encodePath(ref)}/${encodePath(path)}`;
  return layout(
    path,
    html`${repositoryHead(record, 'code')}
<div class="box"><header><span class="grow">${breadcrumb(record, ref, path)}</span>
<span class="muted small">${content.length} bytes</span><a class="small" href="${raw}">Raw</a></header>
${contentTable(content)}</div>`,
  );
}

function contentTable(content: Buffer) {
  if (content.includes(0)) return html`<p class="empty">A binary file.</p>`;
  if (content.length > LARGEST_SHOWN) return html`<p class="empty">Too long to be shown here.</p>`;
  const lines = content.toString().replace(/\n$/, '').split('\n');
  return html`<div class="scroll"><table class="lines"><tbody>${lines.map(
    (line, index) => html`<tr id="L${index + 1}"><td class="number">${index + 1}</td><td>${line}</td></tr>`,
  )}</tbody></table></div>`;
}

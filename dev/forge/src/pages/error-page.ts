import type { GithubError } from '../github-error.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';

export function errorPage(error: GithubError): string {
  const reasons = (error.errors ?? []).map((each) =>
    typeof each === 'string' ? each : (each.message ?? `${each.field} is ${each.code}`),
  );
  return layout(
    error.message,
    html`<h1>${error.status}</h1><p class="notice">${error.message}${reasons.map((reason) => html`<br>${reason}`)}</p>
<p><a href="/">All repositories</a></p>`,
  );
}

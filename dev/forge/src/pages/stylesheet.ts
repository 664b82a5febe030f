export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --canvas: #fff; --subtle: #f5f6f8; --border: #d8dce2; --text: #1c2128; --muted: #5b6470; --link: #0b57d0;
  --green: #1a7f37; --red: #c62828; --purple: #7b3fe4; --amber: #8a5a00;
  --added: #e2f6e6; --removed: #fde7e7; --hunk: #e8effb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --canvas: #14171c; --subtle: #1b2027; --border: #333a44; --text: #e3e6ea; --muted: #9aa4b1; --link: #7fb0ff;
    --green: #4cc26b; --red: #ff7b72; --purple: #b892ff; --amber: #e0b050;
    --added: #14301d; --removed: #3a1a1c; --hunk: #1b2740;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--canvas); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.top { display: flex; gap: 24px; align-items: center; padding: 12px 24px; background: var(--subtle);
  border-bottom: 1px solid var(--border); }
.top .brand { font-weight: 650; color: var(--text); }
.top .links { display: flex; gap: 18px; }
main { max-width: 1180px; margin: 0 auto; padding: 24px; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 6px; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 28px 0 10px; }
.muted { color: var(--muted); }
.small { font-size: 13px; }
code, pre, .mono { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.box { border: 1px solid var(--border); border-radius: 8px; overflow: hidden; margin: 12px 0; }
.box > header, summary { padding: 9px 14px; background: var(--subtle); display: flex; gap: 12px;
  align-items: center; flex-wrap: wrap; }
.box > header { border-bottom: 1px solid var(--border); }
summary { cursor: pointer; }
.row { display: flex; gap: 12px; align-items: baseline; padding: 9px 14px; border-top: 1px solid var(--border); }
.row:first-child, header + .row { border-top: 0; }
.row .grow, .grow { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.tabs { display: flex; gap: 6px; margin: 16px 0; flex-wrap: wrap; }
.tabs a { padding: 4px 12px; border: 1px solid var(--border); border-radius: 20px; color: var(--text); }
.tabs a[aria-current] { background: var(--subtle); font-weight: 600; border-color: var(--muted); }
.badge { display: inline-block; padding: 1px 10px; border-radius: 20px; border: 1px solid currentColor;
  font-size: 13px; font-weight: 600; white-space: nowrap; }
[data-state=open], [data-state=success] { color: var(--green); }
[data-state=merged] { color: var(--purple); }
[data-state=closed], [data-state=failure], [data-state=error] { color: var(--red); }
[data-state=pending], [data-state=draft] { color: var(--amber); }
.body { padding: 12px 14px; white-space: pre-wrap; overflow-wrap: anywhere; }
.empty { padding: 28px 14px; text-align: center; color: var(--muted); }
.actions { display: flex; gap: 10px; flex-wrap: wrap; align-items: center; padding: 12px 14px; }
.actions form { display: flex; gap: 8px; margin: 0; }
button, select { font: inherit; padding: 5px 14px; border-radius: 6px; border: 1px solid var(--border);
  background: var(--subtle); color: var(--text); }
button { cursor: pointer; font-weight: 600; }
button.primary { background: #1a7f37; border-color: #1a7f37; color: #fff; }
button:disabled { opacity: .55; cursor: not-allowed; }
.scroll { overflow-x: auto; }
table.lines { border-collapse: collapse; width: 100%; }
table.lines td { padding: 0 10px; white-space: pre; vertical-align: top;
  font: 12.5px/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
table.lines td.number { text-align: right; color: var(--muted); user-select: none; width: 1%; min-width: 44px; }
tr.added { background: var(--added); } tr.removed { background: var(--removed); }
tr.hunk td { background: var(--hunk); color: var(--muted); }
.plus { color: var(--green); } .minus { color: var(--red); }
.notice { padding: 12px 14px; border: 1px solid var(--border); border-left: 4px solid var(--red);
  border-radius: 6px; margin: 12px 0; }
footer { padding: 24px; text-align: center; }
`;

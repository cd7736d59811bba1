/** The whole look of the inbox: one file, no build, light and dark. */
export const INBOX_STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f5f6f8, #101216);
  --card: light-dark(#ffffff, #181b21);
  --line: light-dark(#e4e7ec, #282d36);
  --ink: light-dark(#16191f, #eceef2);
  --soft: light-dark(#5d6675, #98a2b3);
  --accent: light-dark(#4f46e5, #a5a0ff);
  --wash: light-dark(#eef0ff, #23243c);
  --good: light-dark(#157f4c, #56c78f);
  --bad: light-dark(#c02a2a, #ff8a80);
  --warn: light-dark(#92600a, #f0b95b);
  --warn-wash: light-dark(#fff6e2, #2e2615);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
a { color: inherit; text-decoration: none; }
a:focus-visible, input:focus-visible, button:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.shell { max-width: 62rem; margin: 0 auto; padding: 1.25rem 1rem 4rem; }
header { display: flex; align-items: center; gap: .75rem; flex-wrap: wrap; margin-bottom: 1.25rem; }
.brand { display: flex; align-items: center; gap: .6rem; font-weight: 650; font-size: 1.1rem; letter-spacing: -.01em; margin-right: auto; }
.mark { display: grid; place-items: center; width: 2rem; height: 2rem; border-radius: .6rem; background: var(--accent); color: var(--card); }
.brand small { font-weight: 450; font-size: .85rem; color: var(--soft); letter-spacing: 0; }
form.search { flex: 1 1 18rem; max-width: 26rem; }
input[type=search] { width: 100%; padding: .55rem .85rem; border: 1px solid var(--line); border-radius: .7rem; background: var(--card); color: inherit; font: inherit; }
input[type=search]::placeholder { color: var(--soft); }
.stats { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .6rem; margin: 0 0 1rem; }
.stats div { background: var(--card); border: 1px solid var(--line); border-radius: .8rem; padding: .6rem .85rem; }
.stats dt { color: var(--soft); font-size: .8rem; }
.stats dd { margin: 0; font-size: 1.3rem; font-weight: 620; font-variant-numeric: tabular-nums; letter-spacing: -.02em; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.faults { background: var(--warn-wash); color: var(--warn); border-radius: .8rem; padding: .6rem .9rem; margin: 0 0 1rem; font-size: .9rem; }
.faults ul { margin: .2rem 0 0; padding-left: 1.1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; overflow: hidden; }
.mail { display: grid; grid-template-columns: 2.4rem 1fr auto; gap: .1rem .8rem; padding: .7rem .95rem; border-top: 1px solid var(--line); align-items: center; }
.mail:first-child { border-top: 0; }
.mail:hover { background: var(--wash); }
.face { grid-row: span 2; width: 2.4rem; height: 2.4rem; border-radius: 50%; display: grid; place-items: center; font-weight: 600; color: light-dark(oklch(.42 .12 var(--hue)), oklch(.86 .09 var(--hue))); background: light-dark(oklch(.94 .035 var(--hue)), oklch(.32 .06 var(--hue))); }
.subject { font-weight: 560; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
.meta { color: var(--soft); font-size: .87rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
time { color: var(--soft); font-size: .82rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
.mail time { text-align: right; }
.state { font-size: .8rem; text-align: right; color: var(--soft); }
.state.good { color: var(--good); } .state.bad { color: var(--bad); } .state.warn { color: var(--warn); }
.tag { display: inline-block; padding: 0 .5rem; border-radius: 1rem; background: var(--wash); color: var(--accent); font-size: .78rem; line-height: 1.5rem; margin-right: .3rem; }
.meta .tag { margin: 0 0 0 .4rem; }
.empty { padding: 3.5rem 1rem; text-align: center; color: var(--soft); }
.empty b { display: block; color: var(--ink); font-size: 1.05rem; margin-bottom: .3rem; }
.empty code, pre, .kv { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .83rem; }
.pages { display: flex; justify-content: space-between; gap: 1rem; padding: .8rem .2rem; color: var(--soft); font-size: .9rem; }
.pages a, .back { color: var(--accent); }
h1 { font-size: 1.35rem; line-height: 1.3; letter-spacing: -.015em; margin: .6rem 0 .8rem; overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0 0 1rem; font-size: .92rem; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
iframe { display: block; width: 100%; height: 62vh; border: 0; background: #fff; color-scheme: light; }
details { border-top: 1px solid var(--line); }
summary { padding: .7rem .95rem; cursor: pointer; font-weight: 560; }
summary span { color: var(--soft); font-weight: 450; }
pre { margin: 0; padding: 0 .95rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.kv { width: 100%; border-collapse: collapse; margin-bottom: .6rem; }
.kv td, .kv th { padding: .25rem .95rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; font-weight: 450; }
.kv th { color: var(--soft); white-space: nowrap; width: 1%; }
button { font: inherit; font-weight: 560; padding: .6rem 1.1rem; border: 0; border-radius: .7rem; background: var(--accent); color: var(--card); cursor: pointer; }
@media (max-width: 36rem) {
  .shell { padding: .9rem .7rem 3rem; }
  form.search { max-width: none; flex-basis: 100%; }
  .stats { grid-template-columns: repeat(3, 1fr); gap: .4rem; }
  .stats div { padding: .45rem .6rem; } .stats dd { font-size: 1.05rem; }
  .meta .tag { display: none; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .4rem; }
}
`;

"""The style sheet of the HTML report."""

STYLE = """
:root {
  color-scheme: light dark;
  --font: system-ui, -apple-system, "Segoe UI", Inter, Roboto, "Helvetica Neue", sans-serif;
  --ground: #f6f8fb; --paper: #ffffff; --ink: #1a1f36; --muted: #5b6579; --line: #e6eaf0;
  --first: #635bff; --second: #0a8f8f; --warm: #c2571a;
}
@media (prefers-color-scheme: dark) {
  :root { --ground: #0b0d14; --paper: #141823; --ink: #eef1f7; --muted: #9aa5b8; --line: #262c3b;
    --first: #9d97ff; --second: #3cc4bd; --warm: #f0935a; }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 var(--font); font-variant-numeric: tabular-nums }
main { max-width: 960px; margin: 0 auto; padding: 56px 24px 40px }
.agency { margin: 0 0 6px; color: var(--first); font-size: 14px; font-weight: 600 }
h1 { margin: 0; font-size: clamp(26px, 5vw, 38px); line-height: 1.15; letter-spacing: -.022em; overflow-wrap: anywhere }
.when { margin: 10px 0 0; color: var(--muted) } .when span { opacity: .5; padding: 0 4px }
.summary { margin: 20px 0 0; max-width: 62ch; font-size: 18px }
.actions { margin: 20px 0 0 }
.actions a { display: inline-block; padding: 7px 14px; border-radius: 8px; background: var(--first); color: var(--paper);
  font-size: 14px; font-weight: 600; text-decoration: none }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--first); outline-offset: 3px }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 1px; margin: 36px 0 24px;
  overflow: hidden; border: 1px solid var(--line); border-radius: 14px; background: var(--line) }
.tiles div { padding: 16px 18px; background: var(--paper) }
.tiles dt { color: var(--muted); font-size: 13px }
.tiles dd { margin: 2px 0 0; font-size: 26px; font-weight: 600; letter-spacing: -.02em; line-height: 1.2 }
.tiles .note { font-size: 12.5px; font-weight: 400; letter-spacing: 0; color: var(--muted) }
section { margin: 0 0 24px; padding: 22px 24px 18px; border: 1px solid var(--line); border-radius: 14px; background: var(--paper);
  min-width: 0 }
h2 { margin: 0; font-size: 17px; letter-spacing: -.01em }
section > .note { margin: 2px 0 14px; color: var(--muted); font-size: 14px }
svg { display: block; width: 100%; height: auto; overflow: visible }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(400px, 100%), 1fr)); gap: 24px; align-items: start }
.nothing { margin: 20px 0; color: var(--muted) }
details { margin-top: 14px; font-size: 14px } summary { color: var(--muted); cursor: pointer; width: max-content }
.scroll { overflow-x: auto } table { width: 100%; margin-top: 10px; border-collapse: collapse }
th, td { padding: 6px 10px; border-top: 1px solid var(--line); text-align: right; white-space: nowrap; font-weight: 400 }
th:first-child { padding-left: 0; text-align: left } thead th { border: 0; color: var(--muted); font-size: 13px }
footer { margin: 32px 0 0; color: var(--muted); font-size: 13px; max-width: 78ch }
@media print {
  body { background: #fff } main { max-width: none; padding: 0 } .actions, details { display: none }
  section, .tiles { break-inside: avoid }
}
"""

/** Colours, type and what every page consists of. All pairs of colours keep a contrast of 4.5 to 1. */
export const BASE = `
:root { color-scheme: light dark; --page: #f6f7f5; --card: #fff; --text: #1b2023; --quiet: #555f66; --line: #d9dedb; --soft: #eceFec;
  --accent: #0b6652; --accent-text: #fff; --accent-soft: #dff1ea; --focus: #0b57d0;
  --held: #7a4d00; --held-soft: #fdf0d2; --good: #0c6130; --good-soft: #dcf3e3; --bad: #a01c1c; --bad-soft: #fce4e2;
  --back: #1d4d8c; --back-soft: #e1ebf9; --radius: 10px; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0f1412; --card: #171d1a; --text: #e5e9e6; --quiet: #9ca8a2; --line: #2c3531; --soft: #202824;
    --accent: #5fd0ae; --accent-text: #06251c; --accent-soft: #14362c; --focus: #8ab8ff;
    --held: #f2c56b; --held-soft: #382a0b; --good: #7fd79b; --good-soft: #12351f; --bad: #ff9c94; --bad-soft: #3f1815;
    --back: #9cc2f7; --back-soft: #16293f; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: .06em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }
h1 { font-size: 1.6rem; line-height: 1.2; letter-spacing: -.015em; margin: 0 0 .75rem; }
h2 { font-size: 1.05rem; line-height: 1.3; margin: 0 0 .6rem; }
h3 { font-size: 1rem; margin: 0 0 .4rem; }
p { margin: 0 0 .6rem; }
code { font: .875em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.figure, .money, time, td { font-variant-numeric: tabular-nums; }
.money { white-space: nowrap; }
.money .currency { font-size: .85em; color: var(--quiet); }
.quiet, .hint, caption { color: var(--quiet); }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; z-index: 2; }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem; padding: .6rem clamp(1rem, 4vw, 2.5rem); background: var(--card); border-bottom: 1px solid var(--line); }
.brand { font-weight: 700; letter-spacing: -.01em; color: var(--text); text-decoration: none; }
.brand span { color: var(--quiet); font-weight: 400; }
.top nav { flex: 1 1 20rem; }
.top ul { display: flex; flex-wrap: wrap; gap: 0 .95rem; list-style: none; margin: 0; padding: 0; font-size: .9375rem; }
.top nav a { display: block; padding: .25rem 0; color: var(--quiet); text-decoration: none; border-bottom: 2px solid transparent; }
.top nav a:hover { color: var(--text); }
.top nav a[aria-current] { color: var(--text); border-color: var(--accent); font-weight: 600; }
.who-am-i { display: flex; gap: 1rem; align-items: center; font-size: .9rem; }
.lamp { color: var(--quiet); font-size: .85rem; }
.lamp::before { content: ''; display: inline-block; width: .55rem; height: .55rem; border-radius: 50%; margin-right: .35rem; background: var(--line); }
.lamp[data-state=live]::before { background: var(--accent); }
.lamp[data-state=reconnecting]::before { background: var(--held); }
main, .notice { max-width: 72rem; margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 2.5rem) 0; }
main { padding-bottom: 5rem; }
.notice { margin-top: 1rem; padding-top: .6rem; padding-bottom: .6rem; background: var(--good-soft); color: var(--good); border-radius: var(--radius); }
section { margin: 0 0 2.25rem; }
.lede { font-size: 1.1rem; max-width: 46rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); padding: 1rem 1.1rem; }
.grid, .roles { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1rem; list-style: none; margin: 0 0 1rem; padding: 0; }
.roles { grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); }
.roles form { display: flex; flex-direction: column; height: 100%; align-items: flex-start; }
.roles p { flex: 1; }
.card.now { border-color: var(--accent); }
.plain-list { padding-left: 1.1rem; }
.empty { padding: 1rem 1.1rem; border: 1px dashed var(--line); border-radius: var(--radius); color: var(--quiet); }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; margin: 0 0 .8rem; }
.facts dt { color: var(--quiet); } .facts dd { margin: 0; }
.foreign { margin: 0 0 .8rem; padding: .1rem 0 .1rem .8rem; border-left: 3px solid var(--line); white-space: pre-wrap; max-width: 46rem; }
.id { color: var(--quiet); }
@media print { .top, .act { display: none; } }
`;

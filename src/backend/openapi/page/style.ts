/** The look of the reference page: no font, picture or script from anywhere. Colours keep a contrast of 4.5 to 1. */
export const STYLE = `
:root { color-scheme: light dark; --page: #fdfdfc; --text: #1c2024; --quiet: #596069; --line: #dcdfe3; --panel: #f4f5f6;
  --accent: #0a58ca; --get: #0f6a8b; --post: #1a7037; --put: #8a5300; --patch: #8a5300; --delete: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --page: #101418; --text: #e4e7ea; --quiet: #9ba5af; --line: #2c343c; --panel: #181e24; --accent: #8ab8ff;
    --get: #6fc3df; --post: #7fd18f; --put: #f0b35c; --patch: #f0b35c; --delete: #ff9d94; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.55 system-ui, sans-serif; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
code, pre { font: .875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { overflow-wrap: anywhere; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--page); padding: .5rem 1rem; z-index: 1; }
.layout { max-width: 78rem; margin: 0 auto; padding: 0 1.25rem 6rem; }
@media (min-width: 62rem) {
  .layout { display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 3rem; }
  nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; }
}
nav { padding: 1.5rem 0; font-size: .9375rem; }
nav ul { list-style: none; margin: 0 0 1rem; padding: 0; columns: 15rem; column-gap: 2rem; }
nav li a { display: flex; justify-content: space-between; padding: .2rem 0; color: inherit; text-decoration: none; }
nav li a:hover { color: var(--accent); text-decoration: underline; }
.count, .quiet { color: var(--quiet); }
header { padding-top: 2rem; max-width: 46rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .75rem; letter-spacing: -.015em; }
h2 { font-size: 1.3rem; margin: 3rem 0 .75rem; padding-top: .5rem; border-top: 1px solid var(--line); }
h3 { font-size: .875rem; font-weight: 600; margin: 1.25rem 0 .35rem; }
details { border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; background: var(--page); }
details[open] { border-color: var(--quiet); }
summary { display: grid; grid-template-columns: .75rem 4.25rem minmax(0, 1fr) auto; gap: .1rem .6rem; padding: .6rem .9rem; cursor: pointer; }
summary::-webkit-details-marker { display: none; }
summary::before { content: '\\25b8'; content: '\\25b8' / ''; color: var(--quiet); }
details[open] > summary::before { content: '\\25be'; content: '\\25be' / ''; }
summary .quiet { grid-column: 3 / -1; font-size: .9375rem; }
.method { font: 700 .8125rem/1.7 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.GET { color: var(--get); } .POST { color: var(--post); } .PUT { color: var(--put); } .PATCH { color: var(--patch); } .DELETE { color: var(--delete); }
.path { font-weight: 600; }
.tag { font-size: .8125rem; border: 1px solid var(--line); border-radius: 99px; padding: 0 .6rem; align-self: start; white-space: nowrap; }
.tag.ours { border-style: dashed; }
.body { padding: 0 .9rem 1rem; border-top: 1px solid var(--line); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; margin: .9rem 0 0; }
dt { color: var(--quiet); } dd { margin: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
th { text-align: left; font-weight: 600; color: var(--quiet); font-size: .8125rem; }
th, td { padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody th { color: inherit; font-size: inherit; font-weight: 400; }
tbody th code { white-space: nowrap; }
td code { overflow-wrap: break-word; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .7rem .9rem; margin: .35rem 0 0; overflow-x: auto; user-select: all; }
@media print { nav { display: none; } details { break-inside: avoid; } }
`;

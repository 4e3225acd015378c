/** Tables, forms, badges and drawings. */
export const PARTS = `
.status, .presence { display: inline-block; padding: .05rem .6rem; border-radius: 99px; font-size: .8rem; font-weight: 600; white-space: nowrap; background: var(--soft); color: var(--quiet); }
.status.held, .presence.busy { background: var(--held-soft); color: var(--held); }
.status.wait { background: var(--back-soft); color: var(--back); }
.status.open, .presence.online { background: var(--accent-soft); color: var(--accent); }
.status.good { background: var(--good-soft); color: var(--good); }
.status.bad { background: var(--bad-soft); color: var(--bad); }
.status.back { background: var(--soft); color: var(--quiet); }

table { border-collapse: collapse; width: 100%; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); font-size: .9375rem; }
caption { text-align: left; font-size: .875rem; padding: 0 0 .4rem; }
th { text-align: left; font-weight: 600; color: var(--quiet); font-size: .8125rem; }
th, td { padding: .5rem .9rem; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; }
.right { text-align: right; }
.sum { max-width: 32rem; }
.sum th { font-size: inherit; color: inherit; font-weight: 400; }
.sum .total th, .sum .total td { border-top: 2px solid var(--text); font-weight: 700; }
.dense { font-size: .875rem; }
.attempts { margin: 0; padding: 0; list-style: none; }
.rows .act { display: inline-block; margin: .4rem .4rem 0 0; }
.pages { display: flex; gap: 1.5rem; margin-top: .8rem; }
@media (max-width: 44rem) {
  .rows, .rows tbody, .rows tr, .rows td, .rows caption { display: block; }
  .rows thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .rows { background: none; border: 0; }
  .rows tr { background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); padding: .5rem .9rem; margin-bottom: .7rem; }
  .rows td { border: 0; padding: .12rem 0; display: flex; justify-content: space-between; gap: 1rem; text-align: right; }
  .rows td::before { content: attr(data-label); color: var(--quiet); flex: none; text-align: left; }
  .rows td:empty { display: none; }
  .rows td.lead { display: block; text-align: left; font-weight: 600; }
  .rows td.lead::before { content: none; }
}

.verdict { padding: .7rem 1rem; border-radius: var(--radius); font-weight: 600; margin-bottom: 1.5rem; }
.verdict.good { background: var(--good-soft); color: var(--good); } .verdict.bad { background: var(--bad-soft); color: var(--bad); }
.balances { display: flex; flex-wrap: wrap; gap: 1rem; margin: 0 0 1rem; }
.balances div { background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); padding: .7rem 1.1rem; flex: 1 1 12rem; }
.balances dt { color: var(--quiet); font-size: .875rem; } .balances dd { margin: 0; font-size: 1.5rem; font-weight: 650; letter-spacing: -.01em; }

button { font: inherit; font-weight: 600; padding: .45rem 1rem; border-radius: 8px; border: 1px solid var(--quiet); background: var(--card); color: var(--text); cursor: pointer; }
button:hover { border-color: var(--text); }
button.main { background: var(--accent); border-color: var(--accent); color: var(--accent-text); }
button.danger { border-color: var(--bad); color: var(--bad); }
.act { margin: 0 0 1.1rem; max-width: 36rem; }
.act.inline, .act.steps, .pair { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; }
.act.steps { max-width: none; }
.act.inline .field { margin: 0; flex: 1 1 12rem; }
.pair { margin-bottom: .9rem; }
.pair .act { margin-bottom: 0; }
.rows button { padding: .2rem .7rem; font-size: .875rem; }
.field { margin: 0 0 .8rem; }
label { display: block; font-weight: 600; font-size: .9rem; margin-bottom: .2rem; }
.hint { font-size: .85rem; margin: .2rem 0 0; }
input, textarea, select { font: inherit; width: 100%; padding: .45rem .65rem; border-radius: 8px; border: 1px solid var(--quiet); background: var(--card); color: var(--text); }
textarea { resize: vertical; }
fieldset { border: 0; padding: 0; }
legend { font-weight: 600; font-size: .9rem; padding: 0; margin-bottom: .2rem; }
.box { display: inline-flex; align-items: center; gap: .4rem; font-weight: 400; margin: 0 1.2rem .2rem 0; }
.box input { width: auto; accent-color: var(--accent); }
details { margin-bottom: .4rem; }
summary { cursor: pointer; font-weight: 600; color: var(--accent); padding: .3rem 0; }
details[open] > summary { margin-bottom: .5rem; }
.refused { background: var(--bad-soft); color: var(--bad); border-radius: 8px; padding: .6rem .9rem; margin-bottom: .8rem; }
.refused p { margin: 0; } .refused ul { margin: .3rem 0 0; padding-left: 1.1rem; }
.actions, .work { border: 1px solid var(--accent); border-radius: var(--radius); padding: 1rem 1.1rem; background: var(--card); }
.work { border-color: var(--line); margin-bottom: 1rem; }
.actions > .act + .act, .actions > .applicant, .work > .act + .act { border-top: 1px solid var(--line); padding-top: 1rem; max-width: none; }
.actions .act > *, .work .act > * { max-width: 36rem; }
.waiting { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem; }
.waiting .card { padding: .6rem 1rem; border-left: 4px solid var(--held); }
.applicant { margin-bottom: .2rem; }
.clock { font-size: 1.7rem; font-weight: 650; letter-spacing: -.01em; }

figure { margin: 0 0 1.75rem; }
figcaption p { color: var(--quiet); }
.flow ol { display: flex; list-style: none; margin: 0; padding: 0; align-items: stretch; max-width: 56rem; }
.purse { flex: 1 1 0; min-width: 0; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); padding: .8rem 1rem; display: flex; flex-direction: column; }
.purse.here { border: 2px solid var(--accent); background: var(--accent-soft); padding: calc(.8rem - 1px) calc(1rem - 1px); }
.purse.here.held { border-color: var(--held); background: var(--held-soft); }
.purse .who { font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; color: var(--quiet); }
.purse.here .who, .purse.here .what, .purse.here .fee, .purse.here .currency { color: var(--text); }
.purse .name { font-weight: 600; }
.purse .what, .purse .fee { font-size: .9rem; color: var(--quiet); }
.purse .what .figure { font-size: 1.15rem; font-weight: 650; color: var(--text); }
.pipe { flex: 0 0 3rem; position: relative; }
.pipe::before { content: ''; position: absolute; left: .35rem; right: .7rem; top: 50%; border-top: 2px dashed var(--line); }
.pipe::after { content: ''; position: absolute; right: .3rem; top: calc(50% - .34rem); border: .4rem solid transparent; border-right: 0; border-left-color: var(--line); }
.pipe.on::before, .pipe.back::before { border-top: 3px solid var(--accent); }
.pipe.on::after { border-left-color: var(--accent); }
.pipe.back { transform: rotate(180deg); }
.pipe.back::before { border-top-color: var(--back); } .pipe.back::after { border-left-color: var(--back); }
@media (max-width: 44rem) {
  .flow ol { flex-direction: column; }
  .pipe { flex-basis: 2.2rem; }
  .pipe::before { left: 50%; right: auto; top: .25rem; bottom: .5rem; border-top: 0; border-left: 2px dashed var(--line); }
  .pipe::after { left: calc(50% - .33rem); right: auto; top: auto; bottom: .1rem; border: .4rem solid transparent; border-bottom: 0; border-top-color: var(--line); }
  .pipe.on::before, .pipe.back::before { border-top: 0; border-left: 3px solid var(--accent); }
  .pipe.on::after { border-left-color: transparent; border-top-color: var(--accent); }
  .pipe.back::before { border-left-color: var(--back); } .pipe.back::after { border-left-color: transparent; border-top-color: var(--back); }
}

.machine svg { display: block; width: 100%; max-width: 29rem; height: auto; }
@media (min-width: 64rem) { .beside { display: grid; grid-template-columns: 29rem minmax(0, 1fr); gap: 2.5rem; align-items: start; } }
.machine rect { fill: var(--card); stroke: var(--line); stroke-width: 1.5; }
.machine text { font-size: 12.5px; fill: var(--quiet); }
.machine .passed rect { fill: var(--accent-soft); stroke: var(--accent); } .machine .passed text { fill: var(--text); }
.machine .now rect { fill: var(--accent); stroke: var(--accent); } .machine .now text { fill: var(--accent-text); font-weight: 700; }
.edge { stroke: var(--line); stroke-width: 1.5; fill: none; } .edge.next { stroke: var(--quiet); stroke-width: 2; }
.tip { fill: var(--quiet); }

.timeline { list-style: none; margin: 0; padding: 0; max-width: 52rem; }
.timeline li { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: 0 1.4rem; }
.timeline .when { color: var(--quiet); font-size: .9rem; text-align: right; }
.timeline li > div { border-left: 2px solid var(--line); padding: 0 0 .8rem 1.2rem; position: relative; }
.timeline li:last-child > div { border-color: transparent; }
.timeline .foreign { margin-bottom: 0; }
.timeline li > div::before { content: ''; position: absolute; left: -.45rem; top: .4rem; width: .75rem; height: .75rem; border-radius: 50%; background: var(--quiet); border: 2px solid var(--page); }
.timeline .held > div::before { background: var(--held); } .timeline .good > div::before { background: var(--good); }
.timeline .bad > div::before { background: var(--bad); } .timeline .back > div::before { background: var(--back); }
.timeline p { margin: 0 0 .2rem; }
@media (max-width: 44rem) {
  .timeline li { grid-template-columns: minmax(0, 1fr); }
  .timeline .when { text-align: left; padding-left: 1.35rem; }
}

.plot { background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); padding: .8rem 1rem; }
.plot figcaption { font-weight: 600; margin-bottom: .4rem; }
.plot svg { display: block; width: 100%; height: 10rem; }
.plot .line { fill: none; stroke: var(--accent); stroke-width: 2; vector-effect: non-scaling-stroke; }
.plot .area { fill: var(--accent-soft); stroke: none; }
.scale, .axis { font-size: .8rem; color: var(--quiet); }
.axis { display: flex; justify-content: space-between; gap: 1rem; margin: .3rem 0 0; }
.axis span:last-child { text-align: right; }
`;

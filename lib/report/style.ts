/** The style of a report: light, dark, and on A4 paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b1f24; --muted: #57606a; --line: #d4d9df; --tile: #f4f6f8;
  --accent: #005a8e; --unit: 1.22px;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171c; --ink: #e6e9ee; --muted: #a3acb8; --line: #333a44; --tile: #1d2229;
    --accent: #6fc0f0; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 68rem; background: var(--paper);
  color: var(--ink); font: 15px/1.5 "DejaVu Sans", Verdana, system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; padding-top: .5rem; border-top: 1px solid var(--line); }
p { margin: .4rem 0 .8rem; max-width: 52rem; overflow-wrap: anywhere; }
.lead { font-size: 1.05rem; }
.warning { border-left: .25rem solid var(--accent); padding-left: .6rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.6rem, 1fr)); gap: .6rem;
  margin: 1rem 0 0; }
.tiles div { background: var(--tile); border-radius: .4rem; padding: .55rem .75rem; }
.tiles dt { color: var(--muted); font-size: .78rem; }
.tiles dd { margin: 0; font-size: 1.3rem; font-variant-numeric: tabular-nums; }
.row { display: grid; gap: 1rem 1.6rem; align-items: start; }
.row > * { min-width: 0; }
.row > p { margin: 0; }
.two { grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
.wide { grid-column: 1 / -1; }
.three { grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); }
.large-first { grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); }
@media (min-width: 60rem) { .large-first { grid-template-columns: 1.6fr 1fr 1fr; } }
figure { margin: 0 0 .8rem; min-width: 0; }
figure svg, figure img { display: block; max-width: 100%; height: auto; }
figure img { width: 100%; max-height: 32rem; object-fit: contain; object-position: left;
  image-rendering: pixelated; }
figcaption { color: var(--muted); font-size: .8rem; line-height: 1.4; margin-top: .35rem; }
.scroll { overflow-x: auto; }
@media (max-width: 40rem) { figure .scroll svg { min-width: calc(var(--width) * .9px); } }
table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums;
  margin-bottom: .8rem; }
caption { text-align: left; color: var(--muted); font-size: .8rem; padding-bottom: .3rem; }
th, td { text-align: left; padding: .16rem .8rem .16rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; font-weight: normal; }
thead th, tfoot th, tfoot td { color: var(--muted); }
th.number, td.number { text-align: right; }
td.number { white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
.best { font-weight: bold; color: var(--accent); }
.muted, .under { color: var(--muted); font-weight: normal; }
.under { display: block; font-size: .85em; }
code { font: .85em/1.4 "DejaVu Sans Mono", ui-monospace, Menlo, Consolas, monospace;
  overflow-wrap: anywhere; }
pre { background: var(--tile); border-radius: .4rem; padding: .6rem .8rem; margin: .4rem 0 .8rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
@page { size: A4; margin: 9mm 12mm; }
@media print {
  :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --muted: #444444; --line: #c8c8c8;
    --tile: #f1f1f1; --accent: #005a8e; --unit: 0.9px; }
  body { padding: 0; max-width: none; font-size: 7.5pt; line-height: 1.28; }
  h1 { font-size: 14pt; }
  h2 { font-size: 10pt; margin: 1.6mm 0 .6mm; padding-top: .8mm; break-after: avoid; }
  p { margin: .5mm 0 1mm; max-width: none; }
  .lead { font-size: 8.5pt; }
  .tiles { grid-template-columns: repeat(6, 1fr); gap: 2mm; margin-top: 1.5mm; }
  .tiles div { padding: .8mm 2mm; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .tiles dt { font-size: 6pt; }
  .tiles dd { font-size: 11pt; }
  .row { gap: 1mm 5mm; }
  .two { grid-template-columns: 1fr 1fr; }
  .three { grid-template-columns: 1fr 1fr 1fr; }
  .large-first { grid-template-columns: 1.2fr 1fr 1fr; }
  figure { margin-bottom: 1mm; break-inside: avoid; }
  figcaption, caption { font-size: 6.5pt; line-height: 1.25; margin-top: .6mm; }
  table { font-size: 7pt; margin-bottom: 1mm; break-inside: avoid; }
  th, td { padding: .15mm 2mm .15mm 0; }
  pre { padding: 1mm 2mm; margin: .6mm 0; }
  h2 + .row > p { break-after: avoid; }
}
`;

// SPDX-License-Identifier: Apache-2.0
// The look of HTML reports, colours of the product's visual language; light, dark and on paper. Private to
// this module.
#pragma once

#include <string_view>

namespace keyturn::reencrypt {

inline constexpr std::string_view reportStyle = R"css(
:root { color-scheme: light dark; --window: #F6F7F9; --base: #FFFFFF; --row: #F1F3F6; --line: #C9CFD8;
  --text: #1B2330; --muted: #566173; --accent: #1F5FBF; --good: #1B7A43; --attention: #8A5A00; --danger: #B3261E; }
@media (prefers-color-scheme: dark) { :root { --window: #161A21; --base: #1D222B; --row: #232934;
  --line: #3A4352; --text: #E7EBF2; --muted: #A7B1C2; --accent: #7FB0FF; --good: #6FD39A; --attention: #F0B95A;
  --danger: #FF8A80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--window); color: var(--text); font: 14px/1.5 system-ui, sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 16px 48px; }
h1 { font-size: 24px; font-weight: 600; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 16px; font-weight: 600; margin: 32px 0 8px; }
p { margin: 4px 0; }
.muted { color: var(--muted); }
code, pre, .id { font: 12px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.state { font-weight: 600; }
.good { color: var(--good); } .attention { color: var(--attention); } .danger { color: var(--danger); }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 8px; margin: 16px 0; }
@media (max-width: 640px) { .tiles { grid-template-columns: repeat(2, 1fr); } }
.tile { background: var(--base); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; }
.tile b { display: block; font-size: 22px; font-weight: 600; }
.note { background: var(--base); border: 1px solid var(--line); border-left: 4px solid var(--attention);
  border-radius: 6px; padding: 8px 16px; margin: 8px 0; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--base); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: baseline; padding: 6px 12px; border-bottom: 1px solid var(--line); }
th { font-weight: 600; white-space: nowrap; } tr:last-child td { border-bottom: 0; }
tbody tr:nth-child(even) { background: var(--row); }
td.id:first-child { min-width: 220px; } td:not([class]) { min-width: 200px; } td.none { color: var(--muted); }
.n { text-align: right; } .n, .word, .hash { white-space: nowrap; }
pre { background: var(--base); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px;
  white-space: pre-wrap; margin: 0; }
footer { margin-top: 32px; padding-top: 12px; border-top: 1px solid var(--line); }
@page { margin: 16mm; }
@media print { :root { color-scheme: light; --window: #FFFFFF; --base: #FFFFFF; --row: #F1F3F6; --line: #C9CFD8;
  --text: #1B2330; --muted: #566173; --accent: #1F5FBF; --good: #1B7A43; --attention: #8A5A00;
  --danger: #B3261E; } main { max-width: none; padding: 0; } .scroll { overflow: visible; }
  body { font-size: 10pt; } .id { font-size: 8pt; } td.id:first-child { min-width: 34mm; }
  td:not([class]) { min-width: 0; }
  .tiles { grid-template-columns: repeat(4, 1fr); } .tile { padding: 6px 12px; }
  th, td { padding: 3px 6px; } tr, .tile, .note { break-inside: avoid; }
  h2 { break-after: avoid; } thead { display: table-header-group; } }
)css";

} // namespace keyturn::reencrypt

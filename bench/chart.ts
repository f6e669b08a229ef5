import type { Row, Summary } from './report.ts';
import { TARGETS } from './targets.ts';

const WIDTH = 760;
const LABEL = 90;
const BAR = 18;
const GAP = 6;
const STYLE = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #17211f; }
  .title { font-weight: 600; }
  .soft { fill: #5a6764; }
  .bar { fill: #b9c4c1; }
  .sluice { fill: #0b7a6b; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4ebe9; }
    .soft { fill: #96a5a1; }
    .bar { fill: #46534f; }
    .sluice { fill: #5fd0bd; }
  }`;

/** Draws the CPU time per request of each target, one group of bars a scenario, each group on its own scale. */
export function chart({ rows }: Summary): string {
  const loaded = rows.filter(({ scenario, cpu }) => scenario.rate === undefined && cpu !== undefined);
  const groups = [...Map.groupBy(loaded, ({ scenario }) => scenario)];
  let y = 20;
  const parts: string[] = [];
  for (const [scenario, own] of groups) {
    parts.push(
      `<text class="title" x="0" y="${y}">${scenario.title}</text>`,
      `<text class="soft" x="${WIDTH}" y="${y}" text-anchor="end">CPU µs per request</text>`,
    );
    y += 12;
    const longest = Math.max(...own.map(({ cpu }) => cpu ?? 0));
    for (const row of own) {
      parts.push(bar(row, y, longest));
      y += BAR + GAP;
    }
    y += 28;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y - 24}" width="${WIDTH}" role="img" aria-label="CPU time per request">
<style>${STYLE}
</style>
${parts.join('\n')}
</svg>
`;
}

function bar({ target, cpu = 0 }: Row, y: number, longest: number): string {
  const name = TARGETS.find(({ id }) => id === target)?.name ?? target;
  const room = WIDTH - LABEL - 70;
  const width = Math.max(2, (cpu / longest) * room);
  const middle = y + BAR - 4.5;
  return [
    `<text x="0" y="${middle}">${name}</text>`,
    `<rect class="bar ${target}" x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="3"/>`,
    `<text class="soft" x="${(LABEL + width + 8).toFixed(1)}" y="${middle}">${Math.round(cpu).toLocaleString('en-US')}</text>`,
  ].join('');
}

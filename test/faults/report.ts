import type { Verdict } from './verdict.ts';

export interface Row {
  scenario: string;
  backend: string;
  verdict: Verdict;
}

const HEAD = [
  'scenario',
  'queue',
  'orders',
  'acknowledged',
  'delivered',
  'lost',
  'twice',
  'bodies differing',
  'sent again',
  'p50',
  'p99',
  'slowest',
  'crashes',
  '',
];

/** One row per scenario and backend, as Markdown. */
export function printTable(rows: readonly Row[]): void {
  console.log(`\n| ${HEAD.join(' | ')} |\n|${'---|'.repeat(HEAD.length)}`);
  for (const { scenario, backend, verdict } of rows) {
    const { recovery, acknowledged, duplicates } = verdict;
    const cells = [
      scenario,
      backend,
      verdict.orders,
      acknowledged,
      verdict.delivered,
      verdict.lost,
      `${duplicates} (${percent(duplicates, acknowledged)})`,
      verdict.differing,
      verdict.sentAgain,
      duration(recovery.p50),
      duration(recovery.p99),
      duration(recovery.max),
      verdict.crashes,
      verdict.broken.length === 0 ? 'ok' : 'FAILED',
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  for (const { scenario, backend, verdict } of rows) {
    for (const sentence of verdict.broken) console.log(`\n${scenario} on ${backend}: ${sentence}`);
  }
}

/** What one run showed, right after it. */
export function printVerdict({ verdict }: Row): void {
  const { acknowledged, lost, duplicates, sentAgain, recovery, broken, origins } = verdict;
  console.log(
    `   ${acknowledged} acknowledged, ${lost} lost, ${duplicates} duplicates (${percent(duplicates, acknowledged)}), ` +
      `${sentAgain} sent again, commit to delivery p50 ${duration(recovery.p50)}, p99 ${duration(recovery.p99)}, ` +
      `slowest ${duration(recovery.max)}`,
  );
  for (const [origin, count] of origins) console.log(`   duplicates: ${count} ${origin}`);
  for (const sentence of broken) console.log(`   FAILED: ${sentence}`);
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 0 : ((100 * part) / whole).toFixed(2)} %`;
}

function duration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

export type Backend = 'redis' | 'postgres';

/** One measured figure, beside its floor from the same run when it has one. */
export interface Figure {
  name: string;
  /** Where the queue is, when that matters. */
  backend?: Backend;
  value: number;
  unit: string;
  floor?: number;
  aim: string;
}

const BACKENDS = { redis: 'Redis', postgres: 'PostgreSQL' };

export function median(values: number[]): number {
  return quantile(values, 0.5);
}

/** The value below which the share `q` (0–1) of the values lies. */
export function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function printFigures(figures: Figure[]): void {
  console.log('\n| figure | queue | measured | floor, same run | ratio | aim |\n|---|---|---|---|---|---|');
  for (const { name, backend, value, unit, floor, aim } of figures) {
    const ratio = floor === undefined ? '' : (value / floor).toFixed(2);
    const queue = backend === undefined ? '' : BACKENDS[backend];
    const beside = floor === undefined ? '' : withUnit(floor, unit);
    console.log(`| ${name} | ${queue} | ${withUnit(value, unit)} | ${beside} | ${ratio} | ${aim} |`);
  }
}

function withUnit(value: number, unit: string): string {
  return `${show(value)} ${unit}`.trim();
}

function show(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 || value === 0 ? value.toFixed(1) : value.toFixed(2);
}

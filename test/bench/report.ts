/** One measured figure, beside its floor from the same run when it has one. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  floor?: number;
  aim: string;
}

export function median(values: number[]): number {
  return quantile(values, 0.5);
}

/** The value below which the share `q` (0–1) of the values lies. */
export function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function printFigures(figures: Figure[]): void {
  console.log('\n| figure | measured | floor, same run | ratio | aim |\n|---|---|---|---|---|');
  for (const { name, value, unit, floor, aim } of figures) {
    const ratio = floor === undefined ? '' : (value / floor).toFixed(2);
    console.log(
      `| ${name} | ${show(value)} ${unit} | ${floor === undefined ? '' : `${show(floor)} ${unit}`} | ${ratio} | ${aim} |`,
    );
  }
}

function show(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

/** A row as the API shows it. */
export interface Row {
  id: number;
  created_at: string;
  updated_at: string;
  [field: string]: unknown;
}

/**
 * The rows of one resource as they were invented, by rank: 0 is the newest, ids fall as ranks rise. Nothing is stored: a
 * row is made when it is asked for, the same every time.
 */
export interface Invented {
  /** Ranks are below it; some may have no row. */
  size: number;
  row(rank: number): Row | null;
  idAt(rank: number): number;
  /** Null for an id that is not one of these. */
  rankOf(id: number): number | null;
  /** No time in the row is before it, and none more than {@link SPAN_MS} after it. Absent: nothing is known. */
  since?(rank: number): number;
  /** By a filter's name: the ranks that can belong to one value. */
  of?: Readonly<Record<string, (value: string) => number[]>>;
}

/** The longest that anything goes on after it was begun. */
export const SPAN_MS = 120 * 86_400_000;

/** Ids that begin at `first` and fall by `step`. */
export function ids(first: number, step: number, size: number): Pick<Invented, 'size' | 'idAt' | 'rankOf'> {
  return {
    size,
    idAt: (rank) => first - rank * step,
    rankOf: (id) => {
      const rank = (first - id) / step;
      return Number.isSafeInteger(rank) && rank >= 0 && rank < size ? rank : null;
    },
  };
}

/** A short list that is kept as it is. */
export function fixed(rows: readonly Row[]): Invented {
  const newestFirst = rows.toSorted((a, b) => b.id - a.id);
  const ranks = new Map(newestFirst.map(({ id }, rank) => [id, rank]));
  return {
    size: rows.length,
    row: (rank) => newestFirst[rank] ?? null,
    idAt: (rank) => newestFirst[rank]?.id ?? 0,
    rankOf: (id) => ranks.get(id) ?? null,
  };
}

/** The ranks `from` to `from + count - 1`. */
export function ranks(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => from + at);
}

export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

import { type Invented, type Row, SPAN_MS } from './rows.js';

/** Which rows to go through; whoever asks still has to look whether each is wanted. */
export interface Plan {
  /** Only ids below it. */
  below?: number | undefined;
  /** Only these ranks of the invented rows, ascending. */
  ranks?: readonly number[] | undefined;
  /** Only rows in which some time is not before, or not after. */
  fromMs?: number | undefined;
  toMs?: number | undefined;
}

/** Writes down what became of a row; null when it was deleted. */
export type Keep = (id: number, row: Row | null) => Promise<void>;

/**
 * One resource: the rows that were invented, and over them those that were changed, added or deleted since. Only the
 * latter are kept, so a page costs what is on it however long the list is.
 */
export class Table {
  private readonly changed = new Map<number, Row | null>();
  /** Of what was changed, highest first. */
  private readonly order: number[] = [];
  private top: number;

  constructor(
    private readonly invented: Invented,
    /** Nothing invented is later. */
    private readonly beganMs: number,
    private readonly keep: Keep,
  ) {
    this.top = Math.max(invented.size > 0 ? invented.idAt(0) : 0, 4_000_000_000);
  }

  get(id: number): Row | null {
    const row = this.changed.get(id);
    if (row !== undefined) return row;
    const rank = this.invented.rankOf(id);
    return rank === null ? null : this.invented.row(rank);
  }

  /** An id above all others. */
  nextId(): number {
    this.top += 7;
    return this.top;
  }

  async put(row: Row): Promise<void> {
    this.restore(row.id, row);
    await this.keep(row.id, row);
  }

  async remove(id: number): Promise<void> {
    this.restore(id, null);
    await this.keep(id, null);
  }

  /** Takes over what was written down earlier. */
  restore(id: number, row: Row | null): void {
    if (!this.changed.has(id)) this.order.splice(this.placeOf(id), 0, id);
    this.changed.set(id, row);
    this.top = Math.max(this.top, id);
  }

  /** The ranks that can belong to a value of a filter, or null when every row has to be looked at. */
  ranksOf(filter: string, value: string): number[] | null {
    if (filter !== 'ids') return this.invented.of?.[filter]?.(value) ?? null;
    const rank = this.invented.rankOf(Number(value));
    return rank === null ? [] : [rank];
  }

  *newestFirst(plan: Plan = {}): Generator<Row> {
    const changed = this.changedRows(plan);
    let next = changed.next();
    for (const row of this.inventedRows(plan)) {
      while (!next.done && next.value.id > row.id) {
        yield next.value;
        next = changed.next();
      }
      yield row;
    }
    for (; !next.done; next = changed.next()) yield next.value;
  }

  /** All rows a filter's value leads to, for a look at a few. */
  where(filter: string, value: number): Row[] {
    const ranks = this.ranksOf(filter, String(value)) ?? undefined;
    const field = filter.replace(/s$/, '');
    return [...this.newestFirst({ ranks })].filter((row) => row[field] === value);
  }

  private *changedRows({ below = Infinity }: Plan): Generator<Row, undefined> {
    // A copy: rows may be added while a long list is gone through.
    for (const id of this.order.slice(this.placeOf(below))) {
      const row = id < below ? this.changed.get(id) : null;
      if (row) yield row;
    }
  }

  private *inventedRows(plan: Plan): Generator<Row> {
    for (const rank of this.ranksFor(plan)) {
      if (this.changed.size > 0 && this.changed.has(this.invented.idAt(rank))) continue;
      const row = this.invented.row(rank);
      if (row) yield row;
    }
  }

  private *ranksFor({ below = Infinity, ranks, fromMs = -Infinity, toMs = Infinity }: Plan): Generator<number> {
    const { size, idAt, since } = this.invented;
    if (fromMs > this.beganMs) return;
    if (ranks) return yield* ranks.filter((rank) => idAt(rank) < below);
    const first = Math.max(
      firstRank(size, (rank) => idAt(rank) < below),
      since && toMs < Infinity ? firstRank(size, (rank) => since(rank) <= toMs) : 0,
    );
    const end = since && fromMs > -Infinity ? firstRank(size, (rank) => since(rank) + SPAN_MS < fromMs) : size;
    for (let rank = first; rank < end; rank++) yield rank;
  }

  /** Where an id stands, or would stand, among those changed. */
  private placeOf(id: number): number {
    return firstRank(this.order.length, (at) => this.order[at]! <= id);
  }
}

/** The first number below `size` from which on `holds` holds, by halving; `size` when it never does. */
function firstRank(size: number, holds: (rank: number) => boolean): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

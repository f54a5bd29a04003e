/** What an ATS may send in place of any value, one day. */
const STRANGE: readonly unknown[] = [
  null,
  '',
  '   ',
  'x',
  '<script>alert(1)</script><b onclick="x()">bold</b>',
  '\u0000\ud800 \u202e',
  'x'.repeat(20_000),
  0,
  -1,
  1.5,
  4_294_967_296,
  2 ** 53,
  1e300,
  true,
  false,
  [],
  [null],
  [[]],
  ['x', 7, null, {}],
  {},
  { value: null },
  { id: {}, name: [] },
  JSON.parse('{"__proto__":{"a":1},"constructor":1,"toString":2}'),
];

export interface Mutation {
  /** What was done, e.g. `emails.0.value is 7`. */
  what: string;
  row: unknown;
}

/** The row with each value in turn, however deep, taken away, renamed, or put in by something strange. */
export function* mutationsOf(row: unknown): Generator<Mutation> {
  for (const path of pathsOf(row)) {
    for (const strange of STRANGE) {
      yield { what: `${path.join('.')} is ${describe(strange)}`, row: replaced(row, path, () => strange) };
    }
    yield { what: `${path.join('.')} is missing`, row: without(row, path) };
  }
  for (const strange of STRANGE) yield { what: `the row is ${describe(strange)}`, row: strange };
}

/** Every place in a value but its top. */
export function pathsOf(value: unknown, at: string[] = []): string[][] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...at, key], ...pathsOf(inner, [...at, key])]);
}

function replaced(value: unknown, [key, ...rest]: string[], make: (present: unknown) => unknown): unknown {
  if (key === undefined) return make(value);
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, make);
  return copy;
}

/** The value without what is at a path. */
export function without(value: unknown, path: string[]): unknown {
  const last = path.at(-1)!;
  return replaced(value, path.slice(0, -1), (holder) =>
    Array.isArray(holder)
      ? holder.filter((_, index) => String(index) !== last)
      : Object.fromEntries(Object.entries(holder as object).filter(([key]) => key !== last)),
  );
}

function describe(value: unknown): string {
  return JSON.stringify(value).slice(0, 60);
}

import { isDeepStrictEqual } from 'node:util';
import type { RecordChange } from './record-change.js';

/** Changes in the order they were made, as one per record: from what it was at first to what it is in the end. */
export function joinChanges(changes: readonly RecordChange[]): RecordChange[] {
  const joined = new Map<string, RecordChange>();
  for (const change of changes) {
    const earlier = joined.get(change.id);
    joined.set(change.id, earlier ? join(earlier, change) : change);
  }
  return [...joined.values()].filter(
    ({ kind, changes: fields }) => kind !== 'modified' || Object.keys(fields).length > 0,
  );
}

function join(earlier: RecordChange, later: RecordChange): RecordChange {
  if (later.kind !== 'modified') return later;
  if (earlier.kind === 'new') return { ...later, kind: 'new', changes: {} };
  const fields = { ...earlier.changes };
  for (const [field, { from, to }] of Object.entries(later.changes)) {
    fields[field] = { from: field in fields ? fields[field]!.from : from, to };
  }
  const differing = Object.entries(fields).filter(([, { from, to }]) => !isDeepStrictEqual(from, to));
  return { ...later, changes: Object.fromEntries(differing) };
}

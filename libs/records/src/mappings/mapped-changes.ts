import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { FoundRecord } from '../store/records.repository.js';
import type { ReadableRow } from '../store/readable-rows.js';
import type { FieldChanges } from '../store/record-change.js';
import { type MappedField, MappedFields } from './mapped-fields.js';

/** What rows change in the values of field mappings, although our own form of the record may be the same. */
@Injectable()
export class MappedChanges {
  constructor(private readonly fields: MappedFields) {}

  /** By remote id; only of records that are there and whose mapped values differ. `found` has the former rows of the ATS. */
  async find(
    mappings: readonly MappedField[],
    page: readonly ReadableRow[],
    found: readonly FoundRecord[],
  ): Promise<Map<string, FieldChanges>> {
    const changes = new Map<string, FieldChanges>();
    if (mappings.length === 0) return changes;
    const rows = new Map(page.map((row) => [row.remoteId, row]));
    const present = found.filter(({ data, deleted_at, raw }) => data !== null && deleted_at === null && raw != null);
    const sides = present.flatMap(({ remote_id, raw }) => [raw, rawOf(rows.get(remote_id)!)]);
    const values = await this.fields.evaluateAll(mappings, sides);
    for (const [at, { remote_id }] of present.entries()) {
      const [from, to] = [values[2 * at], values[2 * at + 1]];
      if (from && to && !isDeepStrictEqual(from, to)) changes.set(remote_id, { mappedFields: { from, to } });
    }
    return changes;
  }
}

function rawOf({ raw }: ReadableRow): unknown {
  return raw === null ? null : JSON.parse(raw);
}

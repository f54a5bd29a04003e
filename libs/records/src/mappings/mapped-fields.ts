import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { ModelName } from '#libs/model';
import type { Queryable } from '#libs/store';
import type { RecordScope } from '../store/record-change.js';
import { EffectiveMappings } from './effective-mappings.js';
import { type JsonPath, parseJsonPath } from './json-path.js';

/** A field mapping ready to be used. */
export interface MappedField {
  key: string;
  path: JsonPath;
}

/** The values that mappings give for one record, by key. */
export type MappedValues = Record<string, unknown>;

const MOST_KEPT = 1_000;
/** Others wait for the same thread. */
const LONGEST_MS = 5;
/** Of the rows of one page, in a transaction that others wait for. */
const MOST_MS_OF_PAGE = 2_000;

/** The values that field mappings give. */
@Injectable()
export class MappedFields {
  private readonly parsed = new Map<string, JsonPath>();
  private restedAt = 0;

  constructor(private readonly mappings: EffectiveMappings) {}

  /** The mappings for the records of a model of one integration. */
  async of(on: Queryable, scope: RecordScope, model: ModelName): Promise<MappedField[]> {
    const rows = await this.mappings.find(on, scope, model, 'READ');
    return rows.map(({ key, path }) => ({ key, path: this.parse(path) }));
  }

  /** The values by key, out of the row of the ATS; null where it has none, or is not kept. */
  async evaluate(fields: readonly MappedField[], raw: unknown): Promise<MappedValues> {
    if (fields.length > 0 && performance.now() - this.restedAt > LONGEST_MS) {
      await setImmediate();
      this.restedAt = performance.now();
    }
    return Object.fromEntries(fields.map(({ key, path }) => [key, raw == null ? null : path.evaluate(raw)]));
  }

  /** The same for many rows, as long as they take two seconds together; null for those that come after. */
  async evaluateAll(fields: readonly MappedField[], rows: readonly unknown[]): Promise<(MappedValues | null)[]> {
    const values: (MappedValues | null)[] = [];
    let spent = 0;
    for (const raw of rows) {
      const startedAt = performance.now();
      values.push(spent > MOST_MS_OF_PAGE ? null : await this.evaluate(fields, raw));
      spent += performance.now() - startedAt;
    }
    return values;
  }

  private parse(text: string): JsonPath {
    const known = this.parsed.get(text);
    if (known) return known;
    if (this.parsed.size >= MOST_KEPT) this.parsed.clear();
    const path = parseJsonPath(text);
    this.parsed.set(text, path);
    return path;
  }
}

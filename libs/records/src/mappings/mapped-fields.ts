import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { ModelName } from '#libs/model';
import type { RecordScope } from '../store/record-change.js';
import { FieldMappingsRepository } from './field-mappings.repository.js';
import { type JsonPath, parseJsonPath } from './json-path.js';

/** A field mapping ready to be used. */
export interface MappedField {
  key: string;
  path: JsonPath;
}

const MOST_KEPT = 1_000;
/** Others wait for the same thread. */
const LONGEST_MS = 5;

/** The values that field mappings give. */
@Injectable()
export class MappedFields {
  private readonly parsed = new Map<string, JsonPath>();
  private restedAt = 0;

  constructor(private readonly mappings: FieldMappingsRepository) {}

  /** The mappings for the records of a model of one integration. */
  async of(scope: RecordScope, provider: string, model: ModelName): Promise<MappedField[]> {
    const rows = await this.mappings.findEffective(scope, provider, model);
    return rows.map(({ key, path }) => ({ key, path: this.parse(path) }));
  }

  /** The values by key, out of the row of the ATS; null where it has none, or is not kept. */
  async evaluate(fields: readonly MappedField[], raw: unknown): Promise<Record<string, unknown>> {
    if (fields.length > 0 && performance.now() - this.restedAt > LONGEST_MS) {
      await setImmediate();
      this.restedAt = performance.now();
    }
    return Object.fromEntries(fields.map(({ key, path }) => [key, raw == null ? null : path.evaluate(raw)]));
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

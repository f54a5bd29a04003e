import { Injectable } from '@nestjs/common';
import { type FieldError, HubError } from '#libs/errors';
import { isRecordId, MODELS, type ModelName, recordId } from '#libs/model';
import { RecordReader, type RecordScope, type StoredRecord } from '#libs/records';
import type { Given } from './action-input.js';

/** An id that a caller gave. */
interface NamedRecord {
  at: string;
  model: ModelName;
  id: string;
}

/** Finds the ATS's ids of records by ours, in the mirror of the integration. */
@Injectable()
export class RecordIds {
  constructor(private readonly reader: RecordReader) {}

  /**
   * The ATS's ids by ours, of everything that names a record. `inPath` are the parameters of the path.
   * @throws HubError not_found for the record the call is about, invalid_input naming the other fields.
   */
  async resolve(
    scope: RecordScope,
    given: readonly Given[],
    inPath: ReadonlySet<unknown>,
  ): Promise<Map<string, string>> {
    const named = given.flatMap(({ field, value }) => namedIn(field.at, field.model, value));
    const records = await this.find(scope, named);
    const errors: FieldError[] = [];
    for (const one of named) {
      const record = records.get(one.id);
      const problem = problemOf(one, record);
      if (problem === null) continue;
      if (isOfPath(given, inPath, one)) throw await this.nothingThere(scope, one, problem);
      errors.push({ path: one.at, message: problem });
    }
    if (errors.length > 0) {
      throw new HubError('invalid_input', { detail: `${errors[0]!.path} ${errors[0]!.message}.`, errors });
    }
    return new Map(named.map(({ id }) => [id, records.get(id)!.remoteId]));
  }

  private async find(scope: RecordScope, named: readonly NamedRecord[]): Promise<Map<string, StoredRecord>> {
    const ids = [...new Set(named.filter(({ model, id }) => isRecordId(model, id)).map(({ id }) => id))];
    const records = ids.length === 0 ? [] : await this.reader.find(scope, ids);
    return new Map(records.map((record) => [record.id, record]));
  }

  private async nothingThere(scope: RecordScope, { model, id }: NamedRecord, problem: string): Promise<HubError> {
    const into = await this.reader.findMergedInto(scope, model, id);
    const livesOn = into === null ? '' : ` It lives on as ${recordId(scope.integrationId, model, into)}.`;
    return new HubError('not_found', { detail: `The id ${problem}.${livesOn}` });
  }
}

function isOfPath(given: readonly Given[], inPath: ReadonlySet<unknown>, { at }: NamedRecord): boolean {
  return given.some(({ field }) => field.at === at && inPath.has(field));
}

function namedIn(at: string, model: ModelName | undefined, value: unknown): NamedRecord[] {
  if (model === undefined) return [];
  if (Array.isArray(value)) return value.map((id, index) => ({ at: `${at}.${index}`, model, id: String(id) }));
  return typeof value === 'string' ? [{ at, model, id: value }] : [];
}

function problemOf({ model, id }: NamedRecord, record: StoredRecord | undefined): string | null {
  const { one, prefix } = MODELS[model];
  if (!isRecordId(model, id)) return `must be the id of a ${one} (${prefix}…)`;
  if (record?.model !== model) return `is no ${one} of this integration that the hub knows`;
  return record.deletedAt === null ? null : `is a ${one} that is gone from the ATS`;
}

import { Injectable } from '@nestjs/common';
import type { Action, RowPlace } from '#libs/connector-kit';
import type { ModelName } from '#libs/model';
import { EffectiveMappings, type FoundPlace, type RecordScope, findPlace } from '#libs/records';
import { Database } from '#libs/store';
import type { ActionSpec } from '../fields/action-spec.js';
import { type SaidOfAction, refusal, valueAt } from './action-input.js';

type Fields = Readonly<Record<string, unknown>>;

/** What a caller said in fields of its own, and where it is said. */
interface Said {
  model: ModelName;
  /** In the body: `application.mappedFields`. */
  at: string;
  values: Fields;
}

/** A field of the account's own that an action takes. */
export interface WritableField {
  model: ModelName;
  /** In the body: `mappedFields`. */
  at: string;
  key: string;
  /** Into the row of the ATS. */
  path: string;
  found: FoundPlace;
}

/** Of what a caller called a field, in a message about it. */
const MOST_NAME = 100;

type Entry = { key: string; value: unknown };

/** Carries the values of field mappings to where the connector writes them. */
@Injectable()
export class MappedInput {
  constructor(
    private readonly database: Database,
    private readonly mappings: EffectiveMappings,
  ) {}

  /**
   * Adds to the input what the body says in `mappedFields`.
   *
   * @throws HubError invalid_input and unsupported, naming each value that has no place.
   */
  async add(
    input: Record<string, unknown>,
    { scope, ats, spec, action, body }: Omit<SaidOfAction, 'params'>,
  ): Promise<void> {
    for (const said of saidIn(spec, body)) {
      const fields = await this.fieldsOf(scope, said.model);
      const errors = Object.entries(said.values).flatMap(([key, value]) => {
        const problem = place(input, { value, field: fields.get(key), places: placesOf(action, said.model), ats });
        return problem === null ? [] : [{ ...problem, path: `${said.at}.${key.slice(0, MOST_NAME)}` }];
      });
      if (errors.length === 0) continue;
      const isOfAts = errors.every(({ code }) => code === 'unsupported');
      const named = errors.map(({ path, message }) => ({ path, message }));
      throw refusal(isOfAts ? 'unsupported' : 'invalid_input', named);
    }
  }

  /** The fields of the account's own that an action takes for one integration. */
  async writable(scope: RecordScope, spec: ActionSpec, action: Action): Promise<WritableField[]> {
    const fields: WritableField[] = [];
    for (const [model, at] of groupsOf(spec)) {
      const places = placesOf(action, model);
      if (places.length === 0) continue;
      for (const { key, path } of await this.mappings.find(this.database, scope, model, 'WRITE')) {
        const found = findPlace(path, places);
        if (found) fields.push({ model, at, key, path, found });
      }
    }
    return fields;
  }

  /** The paths of the mappings by key; null for those that are for reading only. */
  private async fieldsOf(scope: RecordScope, model: ModelName): Promise<Map<string, string | null>> {
    const [read, written] = await Promise.all([
      this.mappings.find(this.database, scope, model, 'READ'),
      this.mappings.find(this.database, scope, model, 'WRITE'),
    ]);
    const readOnly = read.map(({ key }): [string, null] => [key, null]);
    return new Map<string, string | null>([
      ...readOnly,
      ...written.map(({ key, path }): [string, string] => [key, path]),
    ]);
  }
}

function groupsOf({ mapped }: ActionSpec): [ModelName, string][] {
  return Object.entries(mapped) as [ModelName, string][];
}

function saidIn(spec: ActionSpec, body: Fields): Said[] {
  return groupsOf(spec).flatMap(([model, at]) => {
    const values = valueAt(body, at) as Fields | undefined;
    return values === undefined ? [] : [{ model, at, values }];
  });
}

function placesOf({ places = [] }: Action, model: ModelName): RowPlace[] {
  return places.filter((place) => place.model === model);
}

interface Problem {
  code: 'unsupported' | 'invalid_input';
  message: string;
}

const wrong = (message: string): Problem => ({ code: 'invalid_input', message });

interface Wanted {
  value: unknown;
  /** The path of the mapping; null when it is for reading only. */
  field: string | null | undefined;
  places: readonly RowPlace[];
  ats: string;
}

/** Puts a value into the input; or says why not. */
function place(input: Record<string, unknown>, { value, field, places, ats }: Wanted): Problem | null {
  if (field === undefined) return wrong('is no field mapping of yours for these records; see GET /v1/field-mappings');
  if (field === null) return wrong('is mapped for reading only; writing takes the direction WRITE or BOTH');
  const found = findPlace(field, places);
  if (!found) return { code: 'unsupported', message: `is at ${field}, which is nothing ${ats} takes here` };
  const one = found.isListed ? onlyOne(value) : { value };
  if (!one) return wrong('must be a list of one value, as the reads give it');
  const entries = entriesAt(input, found.place.input);
  if (entries.some(({ key }) => key === found.key)) return wrong(`is the same field of ${ats} as another one given`);
  entries.push({ key: found.key, value: one.value });
  return null;
}

function onlyOne(value: unknown): { value: unknown } | null {
  return Array.isArray(value) && value.length === 1 ? { value: value[0] as unknown } : null;
}

/** A list of the input, which is made where there is none. What the caller sent is not touched. */
function entriesAt(input: Record<string, unknown>, path: string): Entry[] {
  const [group, name] = path.split('.') as [string, string];
  const fields = { ...(input[group] as Record<string, unknown> | undefined) };
  const entries = [...((fields[name] as Entry[] | undefined) ?? [])];
  input[group] = { ...fields, [name]: entries };
  return entries;
}

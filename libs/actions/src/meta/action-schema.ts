import type { Action } from '#libs/connector-kit';
import type { ModelName } from '#libs/model';
import type { ActionField, ActionSpec } from '../fields/action-spec.js';
import { isTaken, neededFields } from '../run/action-input.js';
import type { WritableField } from '../run/mapped-input.js';
import { type JsonSchema, objectSchema, schemaOf } from './body-schema.js';

/** A record that may be named. */
export interface Choice {
  id: string;
  name: string;
}

export interface SchemaContext {
  /** The ATS's name. */
  ats: string;
  /** The records of a model, where they are few enough to be shown; else null. */
  choices: ReadonlyMap<ModelName, Choice[] | null>;
  /** The fields of the account's own that it takes. */
  mapped: readonly WritableField[];
  hasDefaultUser: boolean;
}

/** The fields of an action that this ATS takes. */
export function takenFields(spec: ActionSpec, action: Action): ActionField[] {
  return spec.fields.filter(({ input }) => isTaken(action, input));
}

/** The schema of an action's body for one integration: only what its ATS takes, with the words and records it knows. */
export function actionSchema(spec: ActionSpec, action: Action, context: SchemaContext): JsonSchema {
  const whole = spec.body ? schemaOf(spec.body) : objectSchema({}, []);
  const schema = objectSchema({}, []);
  for (const field of takenFields(spec, action)) {
    const [group, inner] = namesIn(field.at);
    const properties = inner === null ? schema.properties! : groupIn(schema, whole, group);
    const source = inner === null ? whole.properties![group]! : whole.properties![group]!.properties![inner]!;
    properties[inner ?? group] = refined(field, source, action, context);
  }
  addMapped(schema, whole, context);
  require(schema, spec, action);
  addOneOf(schema, spec);
  addActing(schema, whole, action, context);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `${spec.name} for ${context.ats}`,
    ...schema,
  };
}

function namesIn(at: string): [string, string | null] {
  const dot = at.indexOf('.');
  return dot < 0 ? [at, null] : [at.slice(0, dot), at.slice(dot + 1)];
}

/** The properties of a group, which begins empty. */
function groupIn(schema: JsonSchema, whole: JsonSchema, name: string): Record<string, JsonSchema> {
  const { properties: _all, required: _required, ...rest } = whole.properties![name]!;
  const group = (schema.properties![name] ??= { ...rest, properties: {} });
  return group.properties!;
}

function refined(
  { input, model }: ActionField,
  schema: JsonSchema,
  action: Action,
  context: SchemaContext,
): JsonSchema {
  if (model) return withRecords(schema, model, context);
  let result = schema;
  for (const [path, words] of Object.entries(action.choices ?? {})) {
    if (!Array.isArray(words)) continue;
    if (path === input) result = { ...result, enum: words };
    if (path.startsWith(`${input}.`)) result = withWords(result, path.slice(input.length + 1), words as string[]);
  }
  return result;
}

/** The words a property of a list's entries may have. */
function withWords(list: JsonSchema, name: string, words: string[]): JsonSchema {
  const property = list.items?.properties?.[name];
  if (!property) return list;
  const { examples: _none, ...rest } = property;
  const properties = { ...list.items!.properties, [name]: { ...rest, enum: words } };
  const { examples: _of, ...kept } = list;
  return { ...kept, items: { ...list.items, properties } };
}

/** Small dictionaries are shown whole; of others it says where they are listed. */
function withRecords(schema: JsonSchema, model: ModelName, { choices }: SchemaContext): JsonSchema {
  const { examples: _none, ...rest } = schema;
  const known = choices.get(model);
  if (!known) return { ...rest, description: sentences(rest.description, `See GET /v1/ats/${model}.`) };
  const oneOf = known.map(({ id, name }) => ({ const: id, title: name }));
  if (rest.items) return { ...rest, items: { ...rest.items, oneOf } };
  const isNullable = Array.isArray(rest.type);
  return { ...rest, oneOf: isNullable ? [...oneOf, { const: null, title: 'Nobody' }] : oneOf };
}

/** Each field of the account's own, with where its value goes; of what the reads give as a list there is one. */
function addMapped(schema: JsonSchema, whole: JsonSchema, { mapped }: SchemaContext): void {
  for (const { at, key, path, found } of mapped) {
    const [group, inner] = namesIn(at);
    const [source, properties] =
      inner === null
        ? [whole.properties![group]!, schema.properties!]
        : [whole.properties![group]!.properties![inner]!, groupIn(schema, whole, group)];
    const { examples: _none, ...rest } = source;
    const own = (properties[inner ?? group] ??= { ...rest, ...objectSchema({}, []) });
    const list = found.isListed ? { type: 'array', minItems: 1, maxItems: 1 } : {};
    own.properties![key] = { ...list, description: `Goes to ${path}.` };
  }
}

function sentences(...texts: unknown[]): string {
  return texts.filter((text) => typeof text === 'string').join(' ');
}

function require(schema: JsonSchema, spec: ActionSpec, action: Action): void {
  for (const input of neededFields(spec, action)) {
    const field = spec.fields.find((one) => one.input === input);
    if (!field) continue;
    const [group, inner] = namesIn(field.at);
    if (inner === null) add(schema, group);
    else {
      if (schema.properties![group]) add(schema.properties![group], inner);
      if (Object.hasOwn(spec.defaults, group)) add(schema, group);
    }
  }
}

function add(schema: JsonSchema, name: string): void {
  schema.required = [...new Set([...(schema.required ?? []), name])];
}

function addOneOf(schema: JsonSchema, { oneOf }: ActionSpec): void {
  const taken = oneOf.filter((name) => Object.hasOwn(schema.properties!, name));
  if (taken.length === 1) add(schema, taken[0]!);
  if (taken.length > 1) schema.oneOf = taken.map((name) => ({ required: [name] }));
}

function addActing(
  schema: JsonSchema,
  whole: JsonSchema,
  { onBehalfOf }: Action,
  { hasDefaultUser }: SchemaContext,
): void {
  const property = whole.properties!.onBehalfOf;
  if (!property || onBehalfOf === 'unused') return;
  schema.properties!.onBehalfOf = property;
  if (onBehalfOf === 'required' && !hasDefaultUser) add(schema, 'onBehalfOf');
}

import { type FieldError, HubError } from '#libs/errors';
import type { Action } from '#libs/connector-kit';
import type { RecordScope } from '#libs/records';
import type { ActionField, ActionSpec } from '../fields/action-spec.js';

/** A field that the caller has said something in. */
export interface Given {
  field: ActionField;
  value: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** What a caller said, and of what action of which ATS. */
export interface SaidOfAction {
  scope: RecordScope;
  /** The ATS's name. */
  ats: string;
  spec: ActionSpec;
  action: Action;
  params: Fields;
  body: Fields;
}

/** What the caller has said, in the parameters of the path and in the body. */
export function givenFields({ params, fields }: ActionSpec, path: Fields, body: Fields): Given[] {
  const said = (list: readonly ActionField[], from: Fields): Given[] =>
    list.flatMap((field) => {
      const value = valueAt(from, field.at);
      return value === undefined ? [] : [{ field, value }];
    });
  return [...said(params, path), ...said(fields, body)];
}

/** Whether the ATS takes a field of the input. */
export function isTaken({ takes }: Pick<Action, 'takes'>, input: string): boolean {
  return takes.some((path) => path === input || input.startsWith(`${path}.`) || path.startsWith(`${input}.`));
}

/** Fields of the input that there has to be something in: the ATS's own, and those of the contract that it takes. */
export function neededFields(spec: ActionSpec, action: Pick<Action, 'takes' | 'needs'>): string[] {
  const needs = [...action.needs, ...spec.required.filter((input) => isTaken(action, input))];
  // What stands by itself need not be said.
  const stands = (input: string) => Object.hasOwn(spec.defaults, input) && !spec.required.includes(input);
  return [...new Set(needs)].filter((input) => !stands(input));
}

/** @throws HubError unsupported, naming every field that this ATS does not take. */
export function refuseUnsupported(ats: string, action: Pick<Action, 'takes'>, given: readonly Given[]): void {
  const errors = given
    .filter(({ field }) => !isTaken(action, field.input))
    .map(({ field }) => ({ path: field.at, message: `is nothing ${ats} takes here` }));
  if (errors.length > 0) throw refusal('unsupported', errors);
}

/** @throws HubError invalid_input for what is missing, and for words the ATS does not know. */
export function refuseIncomplete(ats: string, spec: ActionSpec, action: Action, given: readonly Given[]): void {
  const errors = [
    ...blank(spec, given),
    ...missing(ats, spec, action, given),
    ...unknownWords(action, given),
    ...notOne(spec, given),
  ];
  if (errors.length > 0) throw refusal('invalid_input', errors);
}

/** Parameters of a path are always there, and may hold nothing but blanks. */
function blank({ params }: ActionSpec, given: readonly Given[]): FieldError[] {
  return given
    .filter(({ field, value }) => params.includes(field) && typeof value === 'string' && value.trim() === '')
    .map(({ field }) => ({ path: field.at, message: 'must not be blank' }));
}

function missing(ats: string, spec: ActionSpec, action: Action, given: readonly Given[]): FieldError[] {
  const said = new Set(given.filter(({ value }) => value !== null && value !== '').map(({ field }) => field.input));
  return neededFields(spec, action).flatMap((input) => {
    const field = spec.fields.find((one) => one.input === input);
    if (!field || said.has(input) || !isGroupSaid(spec, field, given)) return [];
    return [{ path: field.at, message: `is required by ${ats}` }];
  });
}

/** What a group needs is of no interest where the group is left out and the ATS can do without it. */
function isGroupSaid({ defaults }: ActionSpec, { at, input }: ActionField, given: readonly Given[]): boolean {
  const name = at.includes('.') ? `${firstOf(at)}.` : '';
  if (name === '' || Object.hasOwn(defaults, firstOf(input))) return true;
  return given.some(({ field }) => field.at.startsWith(name));
}

function unknownWords({ choices = {} }: Action, given: readonly Given[]): FieldError[] {
  return Object.entries(choices).flatMap(([input, words]) => {
    if (!isWords(words)) return [];
    return given.flatMap(({ field, value }) =>
      wordsIn(field, value, input)
        .filter(({ word }) => typeof word === 'string' && !words.includes(word))
        .map(({ path }) => ({ path, message: `must be one of ${words.join(', ')}` })),
    );
  });
}

function isWords(choice: readonly string[] | object): choice is readonly string[] {
  return Array.isArray(choice);
}

/** The values that stand at a path of the input, which may lead into the entries of a list. */
function wordsIn({ at, input }: ActionField, value: unknown, wanted: string): { path: string; word: unknown }[] {
  if (wanted === input) return [{ path: at, word: value }];
  if (!wanted.startsWith(`${input}.`) || !Array.isArray(value)) return [];
  const inner = wanted.slice(input.length + 1);
  return value.map((entry: unknown, index) => ({
    path: `${at}.${index}.${inner}`,
    word: valueAt((entry ?? {}) as Fields, inner),
  }));
}

function notOne({ oneOf }: ActionSpec, given: readonly Given[]): FieldError[] {
  const count = oneOf.filter((at) => given.some(({ field }) => field.at === at)).length;
  if (oneOf.length === 0 || count === 1) return [];
  return [{ path: oneOf[0]!, message: `or else ${oneOf.slice(1).join(', ')} has to be given, and only one of them` }];
}

/** What the connector gets: the ATS's ids in the place of ours, `toRemote` says which. */
export function toInput(
  spec: ActionSpec,
  given: readonly Given[],
  { body, toRemote }: { body: Fields; toRemote(id: string): string },
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const { at, input: path } of spec.fields) {
    // A group that was given with nothing in it is a group.
    if (at.includes('.') && valueAt(body, firstOf(at)) !== undefined) put(input, firstOf(path), {}, false);
  }
  for (const { field, value } of given)
    put(input, field.input, field.model ? translated(value, toRemote) : value, true);
  for (const [path, value] of Object.entries(spec.defaults)) put(input, path, structuredClone(value), false);
  return input;
}

function firstOf(path: string): string {
  return path.split('.', 1)[0]!;
}

function translated(value: unknown, toRemote: (id: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => toRemote(String(one)));
  return typeof value === 'string' ? toRemote(value) : value;
}

/** A default stands only where its group is there and nothing was said. */
function put(input: Record<string, unknown>, path: string, value: unknown, isSaid: boolean): void {
  const [name, inner] = path.split('.') as [string, string?];
  if (inner === undefined) {
    if (isSaid || input[name] === undefined) input[name] = value;
    return;
  }
  if (isSaid) input[name] ??= {};
  const group = input[name] as Record<string, unknown> | undefined;
  if (group && (isSaid || group[inner] === undefined)) group[inner] = value;
}

/** What stands at a dotted path; nothing is looked for in prototypes. */
export function valueAt(from: Fields, path: string): unknown {
  let value: unknown = from;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Fields)[name];
  }
  return value;
}

/** Names all of the fields, and in one sentence the first. */
export function refusal(code: 'unsupported' | 'invalid_input', errors: FieldError[]): HubError {
  const [{ path, message }] = errors as [FieldError];
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new HubError(code, { detail: `${path} ${message}${more}.`, errors });
}

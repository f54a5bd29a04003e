import { MODELS, type ModelName } from '#libs/model';
import type { MappedPart, PartResource, RecordResource, Resource } from '../src/index.js';

/** Names a resource within its version. */
export function nameOf(resource: Resource): string {
  return resource.kind === 'records' ? resource.model : resource.name;
}

export type Read = { isReadable: true; value: unknown } | { isReadable: false; reason: string };

/** Reads one row as the hub does: what the wire schema refuses is kept aside with the reason. */
export function readRow(resource: Resource, row: unknown): Read {
  const { success, data, error } = resource.wire.safeParse(row);
  if (success) return { isReadable: true, value: resource.map(data as never) };
  const issue = error.issues[0];
  return { isReadable: false, reason: `${issue?.path.map(String).join('.') || 'row'}: ${issue?.message ?? ''}` };
}

/** What is wrong with a mapped row as such, in sentences; nothing when all is well. */
export function faultsOf(resource: Resource, value: unknown): string[] {
  if (value === null && resource.kind === 'part') return [];
  const faults = undefinedIn(value).map((path) => `${path} is undefined`);
  const own =
    resource.kind === 'records'
      ? recordFaults(resource, value as Record<string, unknown>)
      : partFaults(resource, value as MappedPart);
  return [...faults, ...own];
}

const LINKS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(MODELS).map(([model, { refs }]) => [model, Object.keys(refs)]),
);

function recordFaults({ model }: RecordResource, record: Record<string, unknown>): string[] {
  return [...(isId(record.remoteId) ? [] : ['remoteId is no id']), ...linkFaults(model, record)];
}

function partFaults({ of, shape, field }: PartResource, part: MappedPart): string[] {
  const faults = [part.parentRemoteId, part.remoteId].every(isId) ? [] : ['parentRemoteId or remoteId is no id'];
  if (shape === 'fields') return [...faults, ...linkFaults(of, part.value as Record<string, unknown>)];
  const isListOfIds = field !== undefined && LINKS[of]?.includes(field);
  return isListOfIds === (typeof part.value === 'string') ? faults : [...faults, 'value is no element of the list'];
}

/** Fields that name other records are ids, lists of ids, or null. */
function linkFaults(model: ModelName, record: Record<string, unknown>): string[] {
  return (LINKS[model] ?? [])
    .filter((field) => Object.hasOwn(record, field))
    .filter((field) => {
      const value = record[field];
      return field.endsWith('s') ? !(Array.isArray(value) && value.every(isId)) : !(value === null || isId(value));
    })
    .map((field) => `${field} holds no ids`);
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function undefinedIn(value: unknown, at = 'value'): string[] {
  if (value === undefined) return [at];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => undefinedIn(inner, `${at}.${key}`));
}

/** Whether a mapped field says something: an enum without a word and an empty list do not. */
export function isFilled(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && Object.hasOwn(value, 'raw')) return (value as { raw: unknown }).raw !== null;
  return true;
}

import { MODELS, type ModelName, recordId } from '#libs/model';
import { withoutAddress } from './field-changes.js';
import type { StoredRecord } from './record-change.js';

/** What every record begins with, in the API and in events. Times are RFC 3339. */
export interface RecordView extends Record<string, unknown> {
  id: string;
  integrationId: string;
  provider?: string;
  remoteId: string;
  remoteUrl: string | null;
  remoteCreatedAt: string | null;
  remoteUpdatedAt: string | null;
  firstSeenAt: string;
  changedAt: string;
  deletedAt: string | null;
}

type Refs = Readonly<Record<string, ModelName>>;

/** References that stand within the elements of a list. */
const REFS_WITHIN: Partial<Record<ModelName, Readonly<Record<string, Refs>>>> = {
  jobs: { hiringTeam: { userRemoteId: 'users' } },
};

/**
 * A record as API and events show it: our id stands beside each of the ATS's (`jobId` before `jobRemoteId`), and the address
 * of a file is left out, since it is short-lived and opens the file to whoever has it. With `provider`, that is named, too.
 */
export function toRecordView(stored: StoredRecord, provider?: string): RecordView {
  const { id, integrationId, model, remoteId, data } = stored;
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    id,
    integrationId,
    ...(provider === undefined ? {} : { provider }),
    remoteId,
    remoteUrl: text(data.remoteUrl),
    remoteCreatedAt: text(data.remoteCreatedAt),
    remoteUpdatedAt: text(data.remoteUpdatedAt),
    firstSeenAt: stored.firstSeenAt.toISOString(),
    changedAt: stored.changedAt.toISOString(),
    deletedAt: stored.deletedAt?.toISOString() ?? null,
    ...withoutHeader(toFieldsView(integrationId, model, data)),
  };
}

/** Some fields of a record as {@link toRecordView} shows them, e.g. the old values of a change. */
export function toFieldsView(
  integrationId: string,
  model: ModelName,
  fields: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  const within = REFS_WITHIN[model] ?? {};
  const refs = MODELS[model].refs as Refs;
  for (const [field, value] of Object.entries(fields)) {
    const of = refs[field];
    const inner = within[field];
    if (of) shown[idField(field)] = toIds(integrationId, of, value);
    if (inner && Array.isArray(value)) {
      shown[field] = value.map((element) => withIds(integrationId, inner, element as Record<string, unknown>));
    } else shown[field] = withoutAddress(field, value);
  }
  return shown;
}

function withIds(integrationId: string, refs: Refs, fields: Record<string, unknown>): Record<string, unknown> {
  const ids = Object.entries(refs).map(([field, of]) => [idField(field), toIds(integrationId, of, fields[field])]);
  return { ...(Object.fromEntries(ids) as Record<string, unknown>), ...fields };
}

/** `jobRemoteId` → `jobId`, `officeRemoteIds` → `officeIds`. */
function idField(field: string): string {
  return field.replace(/RemoteId(s?)$/, 'Id$1');
}

function toIds(integrationId: string, model: ModelName, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => toIds(integrationId, model, one));
  return typeof value === 'string' ? recordId(integrationId, model, value) : null;
}

function withoutHeader(fields: Record<string, unknown>): Record<string, unknown> {
  const { remoteId: _id, remoteUrl: _url, remoteCreatedAt: _created, remoteUpdatedAt: _updated, ...rest } = fields;
  return rest;
}

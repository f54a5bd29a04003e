import { createHash } from 'node:crypto';
import type { CanonicalOrder } from '#libs/connector-kit';
import type { FileToFetch } from '#libs/files';
import { eventTime, newEventId, newId, type PackageSnapshot } from '#libs/model';
import type { RecordOf } from '#libs/store';
import { activeTraceParent } from '#libs/telemetry';
import { ARRIVED, candidateInOrder, packageInOrder } from '../record.js';
import { renderRecordEvent } from '../record-event.js';
import type { FETCHES, ORDERS, SOURCES } from './store-statement.js';

/** An order that is about to be stored, and whose it is. */
export interface IncomingOrder {
  accountId: string;
  integrationId: string;
  provider: string;
  fileEndpointId: string;
  /** The key it came with; proven to work by the statement itself. */
  keyId: string;
  order: CanonicalOrder;
  package: PackageSnapshot;
  /** Of the package as it was read; nothing is stored when it has changed since. */
  packageRevision: string;
  /** The ATS's body, as text of valid JSON. */
  originText: string;
}

type SourceRow = Omit<RecordOf<typeof SOURCES>, 'source'>;
type OrderRow = Omit<RecordOf<typeof ORDERS>, 'source'> & { id: string; dedupe: string };

/** The rows of an order, made before it waits for its statement: what goes wrong here goes wrong for it alone. */
export interface PreparedOrder {
  accountId: string;
  integrationId: string;
  /** Orders with the same key share a source row. */
  sourceKey: string;
  source: SourceRow;
  row: OrderRow;
  fetch: RecordOf<typeof FETCHES> | null;
  /** About as much as it sends to the database. */
  bytes: number;
}

export function prepareOrder(incoming: IncomingOrder): PreparedOrder {
  const { accountId, integrationId, order } = incoming;
  const id = newId('assessment');
  const fetch = order.resumeUrl === null ? null : fetchOf(order.resumeUrl);
  const row = orderRow(incoming, id, fetch?.file_id ?? null);
  return {
    accountId,
    integrationId,
    sourceKey: `${incoming.keyId} ${incoming.packageRevision} ${incoming.package.id}`,
    source: sourceOf(incoming),
    row,
    fetch,
    bytes: Object.values(row).reduce((sum: number, value) => sum + sizeOf(value), 0),
  };
}

function sourceOf(incoming: IncomingOrder): SourceRow {
  const assessmentPackage = packageInOrder(incoming.package);
  return {
    account_id: incoming.accountId,
    integration_id: incoming.integrationId,
    provider: incoming.provider,
    file_endpoint_id: incoming.fileEndpointId,
    key_id: incoming.keyId,
    package_id: assessmentPackage.id,
    package: JSON.stringify(assessmentPackage),
    revision: incoming.packageRevision,
  };
}

function orderRow(incoming: IncomingOrder, id: string, fileId: string | null): OrderRow {
  const { applicationId, jobId, callbackUrl, metaData, dedupe } = incoming.order;
  const { originText } = incoming;
  const candidate = candidateInOrder(incoming.order.candidate);
  const assessmentPackage = packageInOrder(incoming.package);
  const ordered = { applicationId, assessmentPackage, callbackUrl, candidate, jobId, metaData, originText };
  const event = renderRecordEvent({ ...ordered, id, status: ARRIVED });
  return {
    id,
    dedupe: dedupeKey(incoming.integrationId, dedupe.length > 0 ? dedupe : [id]),
    application_id: applicationId,
    job_id: jobId,
    candidate: JSON.stringify(candidate),
    callback_url: callbackUrl,
    meta_data: metaData === null ? null : JSON.stringify(metaData),
    origin_data: originText,
    file_id: fileId,
    event_id: event.id,
    event_at: eventTime(event.id),
    payload: Buffer.from(event.payload),
    trace_parent: activeTraceParent(),
  };
}

/** What makes an order the same as another of its integration, in 128 bits: its index is written to at random, and so kept small. */
function dedupeKey(integrationId: string, parts: CanonicalOrder['dedupe']): string {
  const ofParts = createHash('sha256').update(JSON.stringify(parts), 'utf8').digest();
  return createHash('sha256').update(integrationId).update(ofParts).digest('hex').slice(0, 32);
}

function fetchOf(url: string): RecordOf<typeof FETCHES> & { file_id: string } {
  const fileId = newId('file');
  const eventId = newEventId();
  const payload = Buffer.from(JSON.stringify({ fileId, url } satisfies FileToFetch));
  return { file_id: fileId, event_id: eventId, event_at: eventTime(eventId), payload };
}

function sizeOf(value: unknown): number {
  return typeof value === 'string' || Buffer.isBuffer(value) ? value.length : 0;
}

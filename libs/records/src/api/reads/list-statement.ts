import type { ModelName } from '#libs/model';
import { STORED_COLUMNS } from '../../store/record-reader.js';
import type { RecordScope } from '../../store/record-change.js';

/** What a list is narrowed to; ids are ours, except `stageRemoteId`. */
export interface ListFilter {
  ids?: readonly string[];
  /** Like `ids`; a record has to be in both. */
  alsoIds?: readonly string[];
  candidateId?: string;
  applicationId?: string;
  email?: string;
  stageRemoteId?: string;
  jobId?: string;
  status?: string;
  isProspect?: boolean;
  remoteCreatedAfter?: string;
  updatedAfter?: string;
  includeDeleted: boolean;
}

/** The place of the last record of a page. `changedAt` only in lists by change. */
export interface Position {
  changedAt: string | null;
  seq: string;
}

/**
 * Rows looked at for one page, beyond which it ends early: a filter without an index that hardly anything passes must not
 * read all of a table.
 */
export const MOST_SCANNED = 20_000;

const LAST_SEQ = '9223372036854775807';

export interface ListStatement {
  text: string;
  values: unknown[];
}

/** What has an index that gives the rows in the order of the list, best first. */
const LEADS = ['ids', 'candidateId', 'applicationId', 'email', 'stageRemoteId', 'jobId', 'status'] as const;
/** In lists by change only those after which few rows are left to sort. */
const LEADS_BY_CHANGE: readonly (keyof ListFilter)[] = ['ids', 'candidateId', 'applicationId', 'email'];

const CONDITIONS: Readonly<Partial<Record<keyof ListFilter, (value: string) => string>>> = {
  ids: (value) => `r.id = ANY (${value})`,
  alsoIds: (value) => `r.id = ANY (${value})`,
  candidateId: (value) => `r.candidate_ref = ${value}`,
  applicationId: (value) => `r.application_ref = ${value}`,
  email: (value) => `r.email = ${value}`,
  stageRemoteId: (value) => `r.data ->> 'stageRemoteId' = ${value}`,
  jobId: (value) => `r.job_ref = ${value}`,
  status: (value) => `r.data -> 'status' ->> 'value' = ${value}`,
  isProspect: (value) => `(r.data -> 'isProspect') = to_jsonb(${value}::boolean)`,
  remoteCreatedAfter: (value) => `r.remote_created_at > ${value}::timestamptz`,
};

/**
 * The statement of one page: rows in the order of their index, from behind a position (keyset, so that a late page costs
 * what the first does), of which those that pass the other filters are kept. It is planned each time, for the table as it is
 * then: a plan kept from when it was small may read all of it.
 */
export function pageStatement(
  scope: RecordScope,
  model: ModelName,
  filter: ListFilter,
  page: { after: Position | null; limit: number },
): ListStatement {
  const { inner, others, order, add, values } = scanOf(scope, model, filter, page.after);
  const kept = [...others(), ...(filter.includeDeleted ? [] : ['r.deleted_at IS NULL'])];
  const where = kept.length === 0 ? '' : `WHERE ${kept.join(' AND ')}`;
  const text = `SELECT ${STORED_COLUMNS}, r.seq::text AS seq FROM (${inner} LIMIT ${MOST_SCANNED}) r ${where}
    ORDER BY ${order} LIMIT ${add(page.limit)}`;
  return { text, values };
}

/** The statement that finds the last of the rows that are looked at for a page, if there are as many. */
export function horizonStatement(
  scope: RecordScope,
  model: ModelName,
  filter: ListFilter,
  after: Position | null,
): ListStatement {
  const { inner, values } = scanOf(scope, model, filter, after);
  return {
    text: `SELECT r.seq::text AS seq, r.changed_at FROM (${inner} OFFSET ${MOST_SCANNED - 1} LIMIT 1) r`,
    values,
  };
}

function scanOf(
  { accountId, integrationId }: RecordScope,
  model: ModelName,
  filter: ListFilter,
  after: Position | null,
) {
  const values: unknown[] = [accountId, integrationId, model];
  const add = (value: unknown): string => `$${values.push(value)}`;
  const isByChange = filter.updatedAfter !== undefined;
  const given = (Object.keys(CONDITIONS) as (keyof ListFilter)[]).filter((name) => filter[name] !== undefined);
  const leads = isByChange ? LEADS_BY_CHANGE : LEADS;
  const lead = leads.find((name) => given.includes(name));
  const condition = (name: keyof ListFilter): string => CONDITIONS[name]!(add(filter[name]));
  const indexed = [
    'r.account_id = $1 AND r.integration_id = $2 AND r.model = $3',
    ...(lead ? [condition(lead)] : []),
    behind(startOf(filter.updatedAfter, after), add),
  ];
  const order = isByChange ? 'r.changed_at, r.seq' : 'r.seq';
  return {
    inner: `SELECT r.* FROM records r WHERE ${indexed.join(' AND ')} ORDER BY ${order}`,
    others: () => given.filter((name) => name !== lead).map(condition),
    order,
    add,
    values,
  };
}

/**
 * Where a page begins: one condition, and one on the first page as well. A second one on the time would have the index read
 * from there, and without any the planner would rather sort a table it knows nothing of yet.
 */
function startOf(updatedAfter: string | undefined, after: Position | null): Position {
  if (updatedAfter === undefined) return after ?? { changedAt: null, seq: '0' };
  const isBehind = after?.changedAt != null && Date.parse(after.changedAt) > Date.parse(updatedAfter);
  return isBehind ? after : { changedAt: updatedAfter, seq: LAST_SEQ };
}

function behind({ changedAt, seq }: Position, add: (value: unknown) => string): string {
  if (changedAt === null) return `r.seq > ${add(seq)}::bigint`;
  return `(r.changed_at, r.seq) > (${add(changedAt)}::timestamptz, ${add(seq)}::bigint)`;
}

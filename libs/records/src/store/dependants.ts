import { MODELS, MODEL_NAMES, type ModelName } from '#libs/model';
import type { Queryable, Statement } from '#libs/store';
import type { RecordChange, RecordScope } from './record-change.js';

/** The records of one model that die with others, by the fields that name these. */
interface Dependant {
  model: ModelName;
  refs: readonly string[];
}

const COLUMNS: Readonly<Record<string, string>> = {
  candidateRemoteId: 'candidate_ref',
  applicationRemoteId: 'application_ref',
  jobRemoteId: 'job_ref',
};

// By an index of its own for each of them, one deleted record at a time.
const FIND = Object.fromEntries(
  Object.entries(COLUMNS).map(([ref, column]): [string, Statement] => [
    ref,
    {
      name: `records_dependants_${column}`,
      text: `
        SELECT r.remote_id AS "remoteId" FROM unnest((SELECT $4::text[])) AS d (id) CROSS JOIN LATERAL (
          SELECT r.remote_id FROM records r WHERE r.account_id = $1 AND r.integration_id = $2 AND r.model = $3
            AND r.${column} = d.id AND r.deleted_at IS NULL OFFSET 0) r`,
    },
  ]),
);

const refsOf = (model: ModelName): Readonly<Record<string, string>> => MODELS[model].refs;
const diesWith = (model: ModelName): readonly string[] => {
  const spec: { refs: object; diesWith?: readonly string[] } = MODELS[model];
  return spec.diesWith ?? [];
};

/** What may have to go with records of a model, and with what goes with those, in the order that writers lock models in. */
export function dependantsOf(model: ModelName): Dependant[] {
  const dying = new Set([model]);
  const found: Dependant[] = [];
  for (const other of MODEL_NAMES) {
    const refs = diesWith(other).filter((ref) => dying.has(refsOf(other)[ref] as ModelName));
    if (refs.length === 0) continue;
    dying.add(other);
    found.push({ model: other, refs });
  }
  return found;
}

/** The remote ids of those that are there and name one of the deleted records. */
export async function findDependants(
  tx: Queryable,
  { accountId, integrationId }: RecordScope,
  { model, refs }: Dependant,
  gone: readonly RecordChange[],
): Promise<string[]> {
  const remoteIds = new Set<string>();
  for (const ref of refs) {
    const ids = gone.filter((change) => change.model === refsOf(model)[ref]).map(({ id }) => id);
    if (ids.length === 0) continue;
    const rows = await tx.query<{ remoteId: string }>(FIND[ref]!, [accountId, integrationId, model, ids]);
    for (const { remoteId } of rows) remoteIds.add(remoteId);
  }
  return [...remoteIds];
}

import { Injectable } from '@nestjs/common';
import type { ModelName } from '#libs/model';
import type { Queryable, Statement } from '#libs/store';
import type { RecordScope } from './record-change.js';

/** Chains are kept short as they grow: whatever led to the one now leads to where that one goes. */
const SAVE: Statement = {
  name: 'record_aliases_save',
  text: `
    WITH moved AS (
      UPDATE record_aliases SET into_remote_id = $5
      WHERE account_id = $1 AND integration_id = $2 AND model = $3 AND into_remote_id = $4 AND remote_id <> $5
    )
    INSERT INTO record_aliases (account_id, integration_id, model, remote_id, into_remote_id, merged_at)
    VALUES ($1, $2, $3, $4, $5, now())
    ON CONFLICT (integration_id, model, remote_id) DO UPDATE SET into_remote_id = excluded.into_remote_id
    WHERE record_aliases.account_id = excluded.account_id`,
};

const REMOVE: Statement = {
  name: 'record_aliases_remove',
  text: `DELETE FROM record_aliases WHERE account_id = $1 AND integration_id = $2 AND model = $3 AND remote_id = ANY ($4)`,
};

const FIND: Statement = {
  name: 'record_aliases_find',
  text: `SELECT into_remote_id FROM record_aliases WHERE account_id = $1 AND integration_id = $2 AND model = $3 AND remote_id = $4`,
};

/** Remote ids that live on under another, because the ATS merged two records. */
@Injectable()
export class AliasesRepository {
  /** Both in one go: a merge back turns the pair around. */
  async save(
    tx: Queryable,
    { accountId, integrationId }: RecordScope,
    model: ModelName,
    { remoteId, into }: { remoteId: string; into: string },
  ): Promise<void> {
    await tx.query(REMOVE, [accountId, integrationId, model, [into]]);
    await tx.query(SAVE, [accountId, integrationId, model, remoteId, into]);
  }

  async remove(
    tx: Queryable,
    { accountId, integrationId }: RecordScope,
    model: ModelName,
    remoteIds: readonly string[],
  ): Promise<void> {
    await tx.query(REMOVE, [accountId, integrationId, model, remoteIds]);
  }

  /** Where a remote id leads to, or null. */
  async find(
    tx: Queryable,
    { accountId, integrationId }: RecordScope,
    model: ModelName,
    remoteId: string,
  ): Promise<string | null> {
    const [row] = await tx.query<{ into_remote_id: string }>(FIND, [accountId, integrationId, model, remoteId]);
    return row?.into_remote_id ?? null;
  }
}

import { Injectable } from '@nestjs/common';
import type { ModelName } from '#libs/model';
import type { Queryable, Statement } from '#libs/store';
import type { RecordScope } from '../store/record-change.js';

/** By model: the fields whose changes raise events. A model that is not named is watched in all its fields. */
export type WatchedFieldsByModel = Partial<Record<ModelName, readonly string[]>>;

const FIND: Statement = {
  name: 'record_watches_find',
  text: 'SELECT model, fields FROM record_watches WHERE account_id = $1 AND integration_id = $2',
};

const SAVE: Statement = {
  name: 'record_watches_save',
  text: `
    INSERT INTO record_watches (account_id, integration_id, model, fields) VALUES ($1, $2, $3, $4)
    ON CONFLICT (integration_id, model) DO UPDATE SET fields = excluded.fields
    WHERE record_watches.account_id = excluded.account_id`,
};

const REMOVE: Statement = {
  name: 'record_watches_remove',
  text: 'DELETE FROM record_watches WHERE account_id = $1 AND integration_id = $2 AND model = $3',
};

/** Which changes an integration's vendor wants to hear of. */
@Injectable()
export class WatchedFields {
  async find(tx: Queryable, { accountId, integrationId }: RecordScope): Promise<WatchedFieldsByModel> {
    const rows = await tx.query<{ model: ModelName; fields: string[] }>(FIND, [accountId, integrationId]);
    return Object.fromEntries(rows.map(({ model, fields }) => [model, fields]));
  }

  /** `null` watches all fields again, an empty list none. New and deleted records raise events in any case. */
  async replace(
    tx: Queryable,
    { accountId, integrationId }: RecordScope,
    model: ModelName,
    fields: readonly string[] | null,
  ): Promise<void> {
    if (fields === null) await tx.query(REMOVE, [accountId, integrationId, model]);
    else await tx.query(SAVE, [accountId, integrationId, model, fields]);
  }
}

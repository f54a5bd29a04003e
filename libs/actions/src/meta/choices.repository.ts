import { Injectable } from '@nestjs/common';
import type { ModelName } from '#libs/model';
import type { RecordScope } from '#libs/records';
import { Database, type Statement } from '#libs/store';
import type { Choice } from './action-schema.js';

const MOST_CHOICES = 200;

/** Models of which an organisation may have few enough to choose from. */
const DICTIONARIES: ReadonlySet<ModelName> = new Set<ModelName>([
  'jobs',
  'job-stages',
  'users',
  'sources',
  'prospect-pools',
  'reject-reasons',
]);

const FIND: Statement = {
  name: 'action_choices',
  text: `
    SELECT id, coalesce(data ->> 'name', data ->> 'title', data ->> 'fullName',
      nullif(concat_ws(' ', data ->> 'firstName', data ->> 'lastName'), ''), remote_id) AS name
    FROM records
    WHERE account_id = $1 AND integration_id = $2 AND model = $3 AND deleted_at IS NULL
    ORDER BY seq LIMIT ${MOST_CHOICES + 1}`,
};

/** The records of small dictionaries, by name. */
@Injectable()
export class ChoicesRepository {
  constructor(private readonly database: Database) {}

  /** Null where there are too many to be shown, or none are known. */
  async find({ accountId, integrationId }: RecordScope, model: ModelName): Promise<Choice[] | null> {
    if (!DICTIONARIES.has(model)) return null;
    const rows = await this.database.query<{ id: string; name: string }>(FIND, [accountId, integrationId, model]);
    return rows.length === 0 || rows.length > MOST_CHOICES ? null : rows;
  }
}

import { Injectable } from '@nestjs/common';
import type { ModelName } from '#libs/model';
import type { Queryable, Statement } from '#libs/store';
import type { RecordScope } from '../store/record-change.js';

/** Which way a value goes: out of the rows of the ATS, or into what is written to it. */
export type Way = 'READ' | 'WRITE';

export interface EffectiveMapping {
  key: string;
  path: string;
}

const FIND: Statement = {
  name: 'field_mappings_effective',
  text: `
    SELECT DISTINCT ON (key) key, path FROM field_mappings
    WHERE account_id = $1 AND model = $3 AND direction IN ($4, 'BOTH') AND (scope = 'ACCOUNT'
      OR (scope = 'PROVIDER' AND provider = (SELECT provider FROM integrations WHERE account_id = $1 AND id = $2))
      OR (scope = 'INTEGRATION' AND integration_id = $2))
    ORDER BY key, array_position(ARRAY['INTEGRATION', 'PROVIDER', 'ACCOUNT'], scope), direction = 'BOTH'`,
};

/** The mappings that hold for the records of an integration: of several for one key the narrowest. */
@Injectable()
export class EffectiveMappings {
  find(
    on: Queryable,
    { accountId, integrationId }: RecordScope,
    model: ModelName,
    way: Way,
  ): Promise<EffectiveMapping[]> {
    return on.query(FIND, [accountId, integrationId, model, way]);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const FORMER = `'{api-keys:read,api-keys:write,integrations:read,integrations:write,assessments:read,assessments:write,webhooks:read,webhooks:write,events:read}'::text[]`;
const NEW = `'{connections:read,connections:write,ats:read,ats:sensitive:read,ats:write,passthrough:read,passthrough:write}'::text[]`;

/**
 * A key that could do everything its account can goes on doing so: it gets the scopes of the calls that are new, which no
 * key could hand out else. Keys with fewer scopes stay as they are. Locks the keys for as long as there are any to change.
 */
export class GrantNewScopes1764370000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `UPDATE api_keys SET scopes = scopes || ${NEW} WHERE scopes @> ${FORMER} AND NOT scopes && ${NEW}`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `UPDATE api_keys SET scopes = ARRAY(SELECT s FROM unnest(scopes) s WHERE s <> ALL (${NEW})) WHERE scopes && ${NEW}`,
    );
  }
}

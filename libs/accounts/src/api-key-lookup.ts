import { Injectable } from '@nestjs/common';
import type { CallerIdentity } from '#libs/http';
import type { Scope } from '#libs/http';
import { Database } from '#libs/store';

const FIND = {
  name: 'api-key-find',
  text: `
    SELECT id, account_id, scopes,
      (last_used_at IS NULL OR last_used_at < statement_timestamp() - interval '1 minute') AS needs_touch
    FROM api_keys
    WHERE (hash = $1 OR (previous_hash = $1 AND previous_not_after > statement_timestamp())) AND revoked_at IS NULL`,
};

const TOUCH = `
  UPDATE api_keys SET last_used_at = statement_timestamp()
  WHERE id = $1 AND account_id = $2
    AND (last_used_at IS NULL OR last_used_at < statement_timestamp() - interval '1 minute')`;

interface Found {
  id: string;
  account_id: string;
  scopes: Scope[];
  needs_touch: boolean;
}

/** Finds who a presented API key belongs to, on every request. */
@Injectable()
export class ApiKeyLookup {
  private readonly touching = new Set<string>();

  constructor(private readonly database: Database) {}

  /** The caller behind a live key, by the key's hash; one statement. */
  async find(hash: Buffer): Promise<CallerIdentity | null> {
    const [found] = await this.database.query<Found>(FIND, [hash]);
    if (!found) return null;
    if (found.needs_touch) this.touch(found);
    return { accountId: found.account_id, apiKeyId: found.id, scopes: found.scopes };
  }

  private touch({ id, account_id }: Found): void {
    if (this.touching.has(id)) return;
    this.touching.add(id);
    // Nobody waits for it and nothing hangs on it: a lost one is made up for by the next request.
    void this.database
      .query(TOUCH, [id, account_id])
      .catch(() => {})
      .finally(() => this.touching.delete(id));
  }
}

import { Injectable } from '@nestjs/common';
import type { TokenReply } from '#libs/connector-kit';
import { Database } from '#libs/store';
import type { ConnectionRow } from '../connection.js';
import { CONNECTION_COLUMNS, ConnectionsRepository, toRow } from '../connections.repository.js';

type Named = Pick<ConnectionRow, 'accountId' | 'integrationId' | 'generation'>;

const IS_IT = 'account_id = $1 AND integration_id = $2 AND generation = $3';

const CLAIM = {
  name: 'connections_claim_refresh',
  text: `
    UPDATE connections SET refresh_owner = $4, refresh_until = statement_timestamp() + $5::float8 * interval '1 millisecond'
    WHERE ${IS_IT} AND state = 'ACTIVE'
      AND (refresh_until IS NULL OR refresh_until <= statement_timestamp() OR refresh_owner = $4)
      AND (refresh_not_before IS NULL OR refresh_not_before <= statement_timestamp())
    RETURNING ${CONNECTION_COLUMNS}`,
};

const LOOK = {
  name: 'connections_look_at_refresh',
  text: `
    SELECT ${CONNECTION_COLUMNS}, refresh_until > statement_timestamp() AS "isHeld",
      extract(epoch FROM refresh_not_before - statement_timestamp())::float8 AS "restsSeconds"
    FROM connections WHERE account_id = $1 AND integration_id = $2`,
};

/** What the tokens that came belong to. */
export interface Obtained {
  token: TokenReply;
  keepAliveInSeconds: number | null;
  /** How many tokens in a row the ATS refused before their time. */
  renewals: number;
}

/**
 * Who may ask the ATS for a connection's next token: one process at a time, by a lease in its row, so that a process that
 * dies holds nobody up for long. What it learns counts only while the row's generation is the one it set out from.
 */
@Injectable()
export class RefreshLeases {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsRepository,
  ) {}

  /** The row, with the lease on it; null when another has the lease, the row has moved on, or it rests after a failure. */
  async claim(
    { accountId, integrationId, generation }: Named,
    owner: string,
    ms: number,
  ): Promise<ConnectionRow | null> {
    const [row] = await this.database.query(CLAIM, [accountId, integrationId, generation, owner, ms]);
    return row ? toRow(row) : null;
  }

  /** How things stand: the row, whether somebody has the lease, and for how long it rests after a failure. */
  async look({ accountId, integrationId }: Pick<Named, 'accountId' | 'integrationId'>) {
    const [raw] = await this.database.query<Record<string, unknown>>(LOOK, [accountId, integrationId]);
    if (!raw) return null;
    const { isHeld, restsSeconds, ...row } = raw;
    return { row: toRow(row), isHeld: isHeld === true, restsSeconds: Math.max(0, Number(restsSeconds ?? 0)) };
  }

  /** Gives the holder more time; false when the lease is somebody else's by now. */
  async extend({ accountId, integrationId, generation }: Named, owner: string, ms: number): Promise<boolean> {
    const rows = await this.database.query(
      `UPDATE connections SET refresh_until = statement_timestamp() + $5::float8 * interval '1 millisecond'
       WHERE ${IS_IT} AND refresh_owner = $4 AND state = 'ACTIVE' RETURNING 1`,
      [accountId, integrationId, generation, owner, ms],
    );
    return rows.length > 0;
  }

  /** Stores the new tokens and ends the lease; null when the connection was ended or made anew meanwhile. */
  async commit({ accountId, integrationId, generation }: Named, obtained: Obtained): Promise<ConnectionRow | null> {
    const { accessToken, refreshToken, expiresInSeconds } = obtained.token;
    const [row] = await this.database.query(
      `UPDATE connections SET access_token_enc = $4, access_token_key_id = $5,
         refresh_token_enc = coalesce($6, refresh_token_enc), refresh_token_key_id = coalesce($7, refresh_token_key_id),
         expires_at = now() + $8::float8 * interval '1 second', keep_alive_at = now() + $9::float8 * interval '1 second',
         renewals = $10, generation = generation + 1, obtained_at = now(), last_ok_at = now(), refresh_owner = NULL,
         refresh_until = NULL, refresh_not_before = NULL, refresh_failures = 0, refresh_error = NULL, updated_at = now()
       WHERE ${IS_IT} AND state = 'ACTIVE' RETURNING ${CONNECTION_COLUMNS}`,
      [
        ...[accountId, integrationId, generation],
        ...this.connections.seal(accessToken),
        ...this.connections.seal(refreshToken),
        ...[expiresInSeconds, obtained.keepAliveInSeconds, obtained.renewals],
      ],
    );
    return row ? toRow(row) : null;
  }

  /** Ends the lease without new tokens; the next try may come after a pause that grows with each failure in a row. */
  async fail(
    { accountId, integrationId, generation }: Named,
    owner: string,
    failure: { error: string; retryAfterSeconds: number | null },
  ): Promise<void> {
    await this.database.query(
      `UPDATE connections SET refresh_owner = NULL, refresh_until = NULL, refresh_failures = refresh_failures + 1,
         refresh_error = $5, refresh_not_before = statement_timestamp()
           + greatest(least(power(2, least(refresh_failures, 6)), 60), least($6::float8, 300)) * interval '1 second'
       WHERE ${IS_IT} AND refresh_owner = $4`,
      [accountId, integrationId, generation, owner, failure.error, failure.retryAfterSeconds ?? 0],
    );
  }
}

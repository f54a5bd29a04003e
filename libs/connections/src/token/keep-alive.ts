import { Inject, Injectable } from '@nestjs/common';
import { HubError } from '#libs/errors';
import { Database } from '#libs/store';
import { LOGGER, type Logger } from '#libs/telemetry';
import type { ConnectionRow } from '../connection.js';
import { Connections } from '../connections.js';
import { CONNECTION_COLUMNS, toRow } from '../connections.repository.js';
import { TokenKeeper } from './token-keeper.js';

const AT_ONCE = 8;
const BATCH = 64;

/** Those that rest after a failure are left out until their rest is over. */
const DUE = {
  name: 'connections_keep_alive_due',
  text: `
    SELECT ${CONNECTION_COLUMNS} FROM connections
    WHERE state = 'ACTIVE' AND keep_alive_at <= now() AND integration_id > $1
      AND (refresh_not_before IS NULL OR refresh_not_before <= now())
    ORDER BY integration_id LIMIT ${BATCH}`,
};

/** Refreshes connections whose refresh token would die unused. All accounts': it is the hub that keeps them, nobody asks. */
@Injectable()
export class KeepAlive {
  constructor(
    private readonly database: Database,
    private readonly connections: Connections,
    private readonly keeper: TokenKeeper,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** What fails for a reason that may pass is due again at the next time. */
  async run(): Promise<void> {
    for (let after = ''; ;) {
      const rows = (await this.database.query(DUE, [after])).map((raw) => toRow(raw));
      for (let at = 0; at < rows.length; at += AT_ONCE) {
        await Promise.all(rows.slice(at, at + AT_ONCE).map((row) => this.refresh(row)));
      }
      if (rows.length < BATCH) return;
      after = rows.at(-1)!.integrationId;
    }
  }

  private async refresh(row: ConnectionRow): Promise<void> {
    try {
      const tokens = this.connections.tokensOf(row);
      if (tokens) await this.keeper.refresh(tokens, 0);
    } catch (error) {
      const code = error instanceof HubError ? error.code : 'internal';
      this.log.warn({ integrationId: row.integrationId, code }, 'a connection could not be kept alive');
    }
  }
}

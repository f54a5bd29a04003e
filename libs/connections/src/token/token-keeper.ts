import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { HubError } from '#libs/errors';
import type { ConnectionRow } from '../connection.js';
import { Relinks } from '../relinks.service.js';
import { RefreshLeases } from './refresh-leases.js';
import type { TokenConnection, TokenMethod } from './token-connection.js';
import { TokenSource } from './token-source.js';

/** How long things take at most. */
export class RefreshTimes {
  /** One request to the ATS and storing its answer. */
  leaseMs = 20_000;
  /** A process that was asleep for longer since it took the lease does not use it. */
  dozeMs = 5_000;
  /** How long to wait for another process's refresh. */
  waitMs = 45_000;
  /** The same, while the present token still works. */
  waitWithTokenMs = 3_000;
}

const MUST_LIVE_MS = 60_000;
/** A token that is about to end is better than none while the ATS gives out no other. */
const LAST_RESORT_MS = 5_000;
const POLL_MS = 50;
const SLOWEST_POLL_MS = 500;
/** Who was refused a token this young was refused because of the one before. */
const YOUNG_MS = 10_000;
/** New tokens that are refused before this age, so many in a row, are no accident. */
const EARLY_MS = 300_000;
const MOST_EARLY_REFUSALS = 3;
const NEVER_TAKEN = 'The ATS refuses even new tokens.';

/** What a row was when somebody asked for a new token: the same for all who ask in this process at once. */
const keyOf = ({ integrationId, generation }: ConnectionRow) => `${integrationId} ${generation}`;

/**
 * Keeps access tokens fresh. However many ask, in however many processes, one request goes to the ATS, and a refresh token
 * that can be used once is used once; what it brought is stored before anybody gets to use it.
 */
@Injectable()
export class TokenKeeper {
  private readonly underWay = new Map<string, Promise<ConnectionRow>>();
  /** Integrations whose last token was refused at once, and how many in a row were. */
  private readonly refusedAtOnce = new Map<string, { generation: number; count: number }>();

  constructor(
    private readonly leases: RefreshLeases,
    private readonly source: TokenSource,
    private readonly relinks: Relinks,
    private readonly times: RefreshTimes,
  ) {}

  /** The row with a token that lives for at least another minute. @throws HubError needs_relink, provider_unavailable … */
  async fresh(connection: TokenConnection): Promise<ConnectionRow> {
    const { row } = connection;
    if (row.accessToken !== null && (row.livesMs === null || row.livesMs > MUST_LIVE_MS)) return row;
    try {
      return await this.refresh(connection, 0);
    } catch (error) {
      const isOver =
        error instanceof HubError && error.code !== 'provider_unavailable' && error.code !== 'rate_limited';
      if (isOver || row.accessToken === null || (row.livesMs ?? 0) < LAST_RESORT_MS) throw error;
      return row;
    }
  }

  /** After a 401: the row with another token, or null when the customer has to connect again. */
  async renew(connection: TokenConnection): Promise<ConnectionRow | null> {
    const { row } = connection;
    if (row.ageMs < YOUNG_MS) return row;
    // The one that is refused now was taken before.
    if (this.refusedAtOnce.get(row.integrationId)?.generation !== row.generation) {
      this.refusedAtOnce.delete(row.integrationId);
    }
    const early = row.ageMs < EARLY_MS ? row.renewals + 1 : 1;
    if (early > MOST_EARLY_REFUSALS) {
      await this.relinks.mark(row, NEVER_TAKEN);
      return null;
    }
    try {
      return await this.refresh(connection, early);
    } catch (error) {
      if (error instanceof HubError && (error.code === 'needs_relink' || error.code === 'integration_not_connected')) {
        return null;
      }
      throw error;
    }
  }

  /** After a 401 to a token just obtained. However long lies between: a sync tries but four times an hour. */
  async refusedAnew(row: ConnectionRow): Promise<void> {
    const { integrationId, generation } = row;
    const known = this.refusedAtOnce.get(integrationId);
    if (known?.generation === generation) return;
    const count = (known?.count ?? 0) + 1;
    this.refusedAtOnce.delete(integrationId);
    if (count >= MOST_EARLY_REFUSALS) await this.relinks.mark(row, NEVER_TAKEN);
    else this.refusedAtOnce.set(integrationId, { generation, count });
  }

  /** As {@link fresh}, whatever age the token has: for refresh tokens that would die unused. */
  refresh(connection: TokenConnection, renewals: number): Promise<ConnectionRow> {
    const key = keyOf(connection.row);
    const running = this.underWay.get(key);
    if (running) return running;
    const run = this.takeTurns(connection, renewals).finally(() => this.underWay.delete(key));
    this.underWay.set(key, run);
    return run;
  }

  /** Refreshes, or waits for who does. */
  private async takeTurns(connection: TokenConnection, renewals: number): Promise<ConnectionRow> {
    const { row } = connection;
    const hasToken = row.accessToken !== null && (row.livesMs ?? 0) > LAST_RESORT_MS;
    const deadline = performance.now() + (hasToken ? this.times.waitWithTokenMs : this.times.waitMs);
    const owner = randomUUID();
    for (let pauseMs = POLL_MS; ; pauseMs = Math.min(pauseMs * 1.5, SLOWEST_POLL_MS)) {
      const claimedAt = performance.now();
      const claimed = await this.leases.claim(row, owner, this.times.leaseMs);
      const isAwake = performance.now() - claimedAt < this.times.dozeMs;
      if (claimed && isAwake) return this.ask({ ...connection, row: claimed }, owner, renewals);
      const now = await this.leases.look(row);
      const moved = movedOn(row, now?.row);
      if (moved) return moved;
      if (now && !now.isHeld && now.restsSeconds > 0) throw unavailable(now.row.refreshError, now.restsSeconds);
      if (performance.now() > deadline) throw unavailable('another process is at it', 1);
      await pause(pauseMs);
    }
  }

  /** With the lease in hand. An answer that was lost is asked for once more: only a final no ends the connection. */
  private async ask(connection: TokenConnection, owner: string, renewals: number): Promise<ConnectionRow> {
    const { row, method } = connection;
    let outcome = await this.source.next(connection);
    if (outcome.kind === 'lost' && (await this.leases.extend(row, owner, this.times.leaseMs))) {
      outcome = await this.source.next(connection);
    }
    if (outcome.kind === 'token') {
      const keepAliveInSeconds = keepAliveSeconds(method);
      const { token } = outcome;
      const stored = await persistently(() => this.leases.commit(row, { token, keepAliveInSeconds, renewals }));
      if (stored) return stored;
      const now = await this.leases.look(row);
      const moved = movedOn(row, now?.row);
      if (moved) return moved;
      throw new HubError('integration_not_connected');
    }
    if (outcome.kind === 'refused' && outcome.isFinal) {
      await this.relinks.mark(row, `The ATS gives out no new token: ${outcome.reasons.join(' ')}`);
      throw new HubError('needs_relink');
    }
    const error = outcome.kind === 'refused' ? outcome.reasons.join(' ') : outcome.error;
    const retryAfterSeconds = outcome.kind === 'unavailable' ? outcome.retryAfterSeconds : null;
    await this.leases.fail(row, owner, { error, retryAfterSeconds });
    throw unavailable(error, retryAfterSeconds ?? 1);
  }
}

/** How long after a refresh the next one is due, so that a refresh token does not die unused; null where it never does. */
export function keepAliveSeconds(method: TokenMethod): number | null {
  if (method.kind !== 'oauth2' || method.refreshTokenLivesSeconds === null) return null;
  return method.refreshTokenLivesSeconds / 4;
}

/** The row as it is now, when it is no longer the one we set out from. @throws HubError when it is over. */
function movedOn(before: ConnectionRow, now: ConnectionRow | undefined): ConnectionRow | null {
  if (!now || now.state === 'DISCONNECTED') throw new HubError('integration_not_connected');
  if (now.state === 'NEEDS_RELINK') throw new HubError('needs_relink', reasonOf(now));
  return now.generation === before.generation ? null : now;
}

export function reasonOf({ stateReason }: ConnectionRow): { detail?: string } {
  return stateReason === null ? {} : { detail: stateReason };
}

function unavailable(error: string | null, retryAfterSeconds: number): HubError {
  return new HubError('provider_unavailable', {
    detail: `The ATS gave out no token${error === null ? '' : ` (${error})`}.`,
    retryAfterSeconds,
  });
}

const PERSIST_PAUSES_MS = [100, 500, 1_000, 2_000, 4_000, 8_000];

/** A token that can be had once must not be lost to a database that is away for a moment. */
async function persistently<T>(store: () => Promise<T>): Promise<T> {
  for (const ms of PERSIST_PAUSES_MS) {
    try {
      return await store();
    } catch {
      await pause(ms);
    }
  }
  return store();
}

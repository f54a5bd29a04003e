import { Injectable } from '@nestjs/common';
import { newId } from '#libs/model';
import { Database } from '#libs/store';

/** Those of one integration that a worker has taken to act on. */
export interface InboxRow {
  id: string;
  accountId: string;
  integrationId: string;
  provider: string;
  body: Buffer;
  headers: Record<string, string>;
  attempts: number;
  arrivals: number;
}

export interface ReceivedWebhook {
  accountId: string;
  integrationId: string;
  action: string | null;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  dedupe: Buffer;
  /** Whether the ATS names its deliveries, so that one that comes again says nothing new. */
  isNamed: boolean;
}

/**
 * The same bytes without a name may be a repetition, or the same thing that happened once more: acting again is harmless,
 * so it is done. `arrivals` tells a worker in the middle of it that it has to look once more.
 */
const RECEIVE = {
  name: 'provider_webhooks_receive',
  text: `
    INSERT INTO provider_webhooks AS w (id, account_id, integration_id, action, headers, body, dedupe)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (integration_id, dedupe) DO UPDATE SET arrivals = w.arrivals + 1,
      state = CASE WHEN $8 THEN w.state ELSE 'PENDING' END,
      attempts = CASE WHEN $8 THEN w.attempts ELSE 0 END,
      done_at = CASE WHEN $8 THEN w.done_at END,
      due_at = CASE WHEN $8 OR w.state = 'PENDING' THEN w.due_at ELSE statement_timestamp() END
    RETURNING w.arrivals = 1 AS "isNew"`,
};

/**
 * One integration at a time belongs to one worker: who reads later would otherwise not be who writes later. `p` goes from
 * one integration to the next in the index, however many webhooks each has waiting.
 */
const TAKE = {
  name: 'provider_webhooks_take',
  text: `
    WITH RECURSIVE p AS (
      (SELECT integration_id FROM provider_webhooks WHERE state = 'PENDING' ORDER BY integration_id LIMIT 1)
      UNION ALL
      SELECT (SELECT w.integration_id FROM provider_webhooks w
        WHERE w.state = 'PENDING' AND w.integration_id > p.integration_id ORDER BY w.integration_id LIMIT 1)
      FROM p WHERE p.integration_id IS NOT NULL
    ), f AS MATERIALIZED (
      SELECT s.integration_id FROM p JOIN webhook_subscriptions s ON s.integration_id = p.integration_id
      WHERE (s.acting_until IS NULL OR s.acting_until <= statement_timestamp()
          OR s.acting_until > statement_timestamp() + interval '5 minutes')
        AND EXISTS (SELECT FROM provider_webhooks w WHERE w.integration_id = s.integration_id AND w.state = 'PENDING'
          AND w.due_at <= statement_timestamp())
      LIMIT 1 FOR UPDATE OF s SKIP LOCKED
    ), l AS (
      UPDATE webhook_subscriptions s SET acting_until = statement_timestamp() + interval '2 minutes'
      FROM f WHERE s.integration_id = f.integration_id RETURNING s.integration_id, s.provider
    ), t AS (
      SELECT w.id, l.provider FROM l CROSS JOIN LATERAL (
        SELECT w.id FROM provider_webhooks w WHERE w.integration_id = l.integration_id AND w.state = 'PENDING'
          AND w.due_at <= statement_timestamp() ORDER BY w.id LIMIT $1) w
    )
    UPDATE provider_webhooks w SET attempts = w.attempts + 1, due_at = statement_timestamp() + interval '2 minutes'
    FROM t WHERE w.id = t.id
    RETURNING w.id, w.account_id AS "accountId", w.integration_id AS "integrationId", t.provider, w.body, w.headers, w.attempts, w.arrivals`,
};

const DONE = {
  name: 'provider_webhooks_done',
  text: `
    UPDATE provider_webhooks w SET action = coalesce(d.action, w.action),
      state = CASE WHEN w.arrivals > d.arrivals AND d.error IS NULL THEN 'PENDING' WHEN d.retry_ms IS NOT NULL THEN 'PENDING'
        WHEN d.error IS NULL THEN 'DONE' ELSE 'FAILED' END,
      error = d.error, done_at = CASE WHEN d.retry_ms IS NULL THEN now() END,
      due_at = statement_timestamp() + coalesce(d.retry_ms, 0) * interval '1 millisecond'
    FROM unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::integer[]) AS d (id, action, error, retry_ms, arrivals)
    WHERE w.id = d.id`,
};

/** What became of one webhook. */
export interface Acted {
  id: string;
  action: string | null;
  /** Null: done. */
  error: string | null;
  /** When to try again; null: never. */
  retryMs: number | null;
  arrivals: number;
}

/** The statements on `provider_webhooks`. */
@Injectable()
export class InboxRepository {
  constructor(private readonly database: Database) {}

  /** Keeps a webhook that was verified. Resolves to false for one that was there before. */
  async receive(webhook: ReceivedWebhook): Promise<boolean> {
    const { accountId, integrationId, action, headers, body, dedupe, isNamed } = webhook;
    const [row] = await this.database.query<{ isNew: boolean }>(RECEIVE, [
      newId('providerWebhook'),
      accountId,
      integrationId,
      action,
      JSON.stringify(headers),
      body,
      dedupe,
      isNamed,
    ]);
    return row!.isNew;
  }

  /** Some webhooks of one integration, with the sole right to act on them for two minutes. */
  async take(most: number): Promise<InboxRow[]> {
    return (await this.database.query<InboxRow>(TAKE, [most])).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  async settle(acted: readonly Acted[]): Promise<void> {
    await this.database.query(DONE, [
      acted.map(({ id }) => id),
      acted.map(({ action }) => action),
      acted.map(({ error }) => error),
      acted.map(({ retryMs }) => retryMs),
      acted.map(({ arrivals }) => arrivals),
    ]);
  }

  /** Ends the sole right that {@link take} gave. */
  async release(integrationId: string): Promise<void> {
    await this.database.query('UPDATE webhook_subscriptions SET acting_until = NULL WHERE integration_id = $1', [
      integrationId,
    ]);
  }

  /** Forgets what was acted on long ago, and later what could not be; both name people. */
  async forgetOld(days: { done: number; failed: number }): Promise<void> {
    await this.database.query(
      `DELETE FROM provider_webhooks WHERE id IN (
         SELECT id FROM provider_webhooks WHERE done_at < now() - (CASE state WHEN 'DONE' THEN $1::integer ELSE $2::integer END) * interval '1 day'
         LIMIT 10000)`,
      [days.done, days.failed],
    );
  }

  /** By action: when one came last, and what became of it. */
  findLastByAction(accountId: string, integrationId: string) {
    return this.database.query<{ action: string | null; receivedAt: Date; state: string; error: string | null }>(
      `SELECT DISTINCT ON (action) action, received_at AS "receivedAt", state, error FROM provider_webhooks
       WHERE account_id = $1 AND integration_id = $2 ORDER BY action, received_at DESC`,
      [accountId, integrationId],
    );
  }

  async countByState(accountId: string, integrationId: string): Promise<Record<string, number>> {
    const rows = await this.database.query<{ state: string; count: number }>(
      `SELECT state, count(*)::integer AS count FROM provider_webhooks WHERE account_id = $1 AND integration_id = $2 GROUP BY state`,
      [accountId, integrationId],
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  }
}

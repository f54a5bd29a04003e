import { Injectable } from '@nestjs/common';
import { Database } from '#libs/store';
import type { Access, Priority } from '../access.js';

/** What of a connection a budget knows: never its credentials, which it would outlive. */
export type BudgetOwner = Pick<Access, 'accountId' | 'budgetKey' | 'version'>;

/** What an answer of the ATS said of its limit. */
export interface Learned {
  limit: number | null;
  remaining: number | null;
  /** For how many milliseconds at most the ATS's window lasted when the answer came. */
  endsInMs: number | null;
}

/** What is told to a budget's row, and asked of it. */
export interface Ask {
  priority: Priority;
  wanted: number;
  /** More that may be given while the limit is far. */
  spare: number;
  learned: Learned | null;
  /** The row's window that was the last known when the answer came. */
  learnedIn: string;
  /** For how long nobody may send; 0 for no block. */
  blockMs: number;
  returned: { permits: number; windowId: string } | null;
}

/** What the row says. */
export interface Grant {
  granted: number;
  windowId: string;
  /** How long the permits are good for. */
  leftMs: number;
  /** When to ask again, where nothing was granted. */
  waitMs: number;
  limit: number;
}

const MOST_REQUESTS = 1_000_000;

const TAKE = {
  name: 'request_budget_take',
  text: `
    SELECT granted, window_id::text AS "windowId", left_ms AS "leftMs", wait_ms AS "waitMs", max_requests AS "limit"
    FROM atsume_take_permits($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
};

/** The rows behind the budgets: one statement per question, by the database's clock. */
@Injectable()
export class BudgetRows {
  constructor(private readonly database: Database) {}

  async ask({ accountId, budgetKey, version }: BudgetOwner, ask: Ask): Promise<Grant> {
    const { requests, perSeconds } = version.rateLimit;
    const { learned, returned } = ask;
    const [row] = await this.database.query<Grant>(TAKE, [
      accountId,
      budgetKey,
      bounded(requests),
      perSeconds * 1_000,
      ask.wanted,
      ask.spare,
      ask.priority === 'background',
      learned?.limit == null ? null : bounded(learned.limit),
      learned?.remaining == null ? null : Math.min(MOST_REQUESTS, Math.max(0, Math.floor(learned.remaining))),
      learned?.endsInMs ?? null,
      ask.learnedIn,
      ask.blockMs,
      returned?.permits ?? 0,
      returned?.windowId ?? '0',
    ]);
    return row!;
  }
}

function bounded(limit: number): number {
  return Math.min(MOST_REQUESTS, Math.max(1, Math.floor(limit)));
}

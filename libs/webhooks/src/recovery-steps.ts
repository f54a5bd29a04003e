import { Injectable } from '@nestjs/common';
import { Rings } from '#libs/delivery';
import { Database, type Queryable } from '#libs/store';
import { CANCEL, CLAIM, GO_ON, MOST_WAITING, POSTPONE, ROOM, STEP } from './recovery-statements.js';

const DAY_MS = 86_400_000;
/** No transaction that writes stays open this long: what is not there by then does not come. */
const LATECOMERS_MS = 6_000;
const LATECOMERS_EVERY_MS = 250;
const DISABLED_PAUSE_MS = 5_000;
/** A recovery that cannot be gone on with must not keep the others from it. */
const FAILED_PAUSE_MS = 5_000;
const SHORTEST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 2_000;

interface Claimed {
  id: string;
  account_id: string;
  endpoint_id: string;
  which: string;
  since: Date;
  until: Date;
  day: Date;
  cursor_xid: string;
  cursor_id: string;
  status: string;
  is_gone: boolean;
  wait_ms: number;
  idle_ms: number;
}

interface Page {
  made: number;
  xid: string | null;
  id: string | null;
  at: Date | null;
  now: Date;
  is_all: boolean;
}

/** The doing of recoveries, in short steps. A step and its cursor are one transaction, so a crash repeats nothing. */
@Injectable()
export class RecoverySteps {
  constructor(
    private readonly database: Database,
    private readonly rings: Rings,
  ) {}

  /**
   * Takes one step of one recovery. Resolves to how long there is nothing to do, in milliseconds, or to null when
   * nobody wants anything recovered.
   */
  async step(): Promise<number | null> {
    let claimed: Claimed | undefined;
    try {
      const { waitMs, hasMade } = await this.database.transaction(async (tx) => {
        [claimed] = await tx.query<Claimed>(CLAIM);
        if (!claimed) return { waitMs: null, hasMade: false };
        if (claimed.wait_ms > 0) return { waitMs: claimed.wait_ms, hasMade: false };
        return { waitMs: 0, hasMade: await advance(tx, claimed) };
      });
      if (claimed && hasMade) this.rings.ring([claimed.endpoint_id]);
      return waitMs;
    } catch (error) {
      if (claimed) await this.database.query(POSTPONE, [claimed.id, FAILED_PAUSE_MS]);
      throw error;
    }
  }
}

/** Resolves to whether there is something to send now. */
async function advance(tx: Queryable, recovery: Claimed): Promise<boolean> {
  if (recovery.is_gone) {
    await tx.query(CANCEL, [recovery.id]);
    return false;
  }
  const pauseMs = recovery.status === 'ENABLED' ? await pauseFor(tx, recovery) : DISABLED_PAUSE_MS;
  if (pauseMs > 0) {
    await tx.query(POSTPONE, [recovery.id, pauseMs]);
    return false;
  }
  return look(tx, recovery);
}

/** How long to leave the endpoint alone: what was sent again already goes first. The longer that takes, the longer. */
async function pauseFor(tx: Queryable, { endpoint_id, idle_ms }: Claimed): Promise<number> {
  const [room] = await tx.query<{ is_mine: boolean; waiting: number }>(ROOM, [endpoint_id]);
  if (room?.is_mine && room.waiting < MOST_WAITING) return 0;
  return Math.min(Math.max(idle_ms / 10, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
}

async function look(tx: Queryable, recovery: Claimed): Promise<boolean> {
  const { id, account_id, endpoint_id, since, until, day, cursor_xid, cursor_id, which } = recovery;
  const [page] = await tx.query<Page>(STEP, [account_id, endpoint_id, since, until, day, cursor_xid, cursor_id, which]);
  if (!page) return false;
  const nextDay = new Date(day.getTime() + DAY_MS);
  const dayIsOver = page.is_all && page.now.getTime() > Math.min(nextDay.getTime(), until.getTime()) + LATECOMERS_MS;
  const isDone = dayIsOver && nextDay >= until;
  const place = dayIsOver
    ? { day: nextDay, xid: '0', id: '', at: nextDay }
    : { day, xid: page.xid ?? cursor_xid, id: page.id ?? cursor_id, at: page.at ?? day };
  const waitMs = page.is_all && !dayIsOver ? LATECOMERS_EVERY_MS : 0;
  await tx.query(GO_ON, [id, page.made, place.day, place.xid, place.id, place.at, isDone, waitMs]);
  return page.made > 0;
}

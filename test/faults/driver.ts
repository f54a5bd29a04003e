import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { anOrder } from '../factories/order.ts';

/** What the driver knows of an order. */
export interface Order {
  /** The hub's id, from the 2xx; null while there was none. */
  recordId: string | null;
  ackedAt: number | null;
  tries: number;
}

export interface Customer {
  sendTestUrl: string;
  authorization: string;
}

const REQUEST_MS = 10_000;
const REPEAT_MS = 1_000;
const LONGEST_REPEAT_MS = 8_000;
/** Calls under way at once. What was refused in an outage must not come back as a flood. */
const SLOTS = 64;
/** Orders without a 2xx; with so many the ATS has no more to place for now. */
const MOST_WAITING = 500;

/**
 * The customers' ATS: orders at a steady rate whatever comes back, each of its own, and each repeated until it got its
 * 2xx.
 */
export class Driver {
  readonly orders: Order[] = [];
  /** Replies other than 2xx and 503 by status; an ATS would show these to a recruiter. */
  readonly refusals = new Map<number, number>();
  /** How often a call was answered with 503, or why it was not answered. */
  readonly failures = new Map<string, number>();
  private readonly agent = new Agent({ connections: SLOTS, pipelining: 1 });
  private readonly queue: (() => void)[] = [];
  private busy = 0;
  private readonly customers: readonly Customer[];
  private readonly perSecond: number;
  private readonly least: number;
  private readonly underWay = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | null = null;
  private isGivingUp = false;

  constructor(customers: readonly Customer[], load: { perSecond: number; least: number }) {
    this.customers = customers;
    this.perSecond = load.perSecond;
    this.least = load.least;
  }

  /** Places so many orders a second for as long as the faults take. */
  start(): void {
    let due = 0;
    let before = performance.now();
    this.timer = setInterval(() => {
      const now = performance.now();
      due += ((now - before) * this.perSecond) / 1_000;
      before = now;
      for (; due >= 1; due--) {
        if (this.underWay.size < MOST_WAITING) this.place();
      }
    }, 5);
  }

  /** Places what is missing, and then no new ones. */
  async finish(): Promise<void> {
    while (this.orders.length < this.least) await pause(50);
    if (this.timer) clearInterval(this.timer);
  }

  /** Waits until every order got its 2xx; after `withinMs` the ATS gives up. */
  async settle(withinMs: number): Promise<void> {
    const limit = setTimeout(() => (this.isGivingUp = true), withinMs);
    await Promise.all(this.underWay);
    clearTimeout(limit);
    await this.agent.destroy();
  }

  private place(): void {
    const placed: Order = { recordId: null, ackedAt: null, tries: 0 };
    const customer = this.customers[this.orders.length % this.customers.length];
    this.orders.push(placed);
    if (!customer) return;
    const done = this.repeat(placed, customer).finally(() => this.underWay.delete(done));
    this.underWay.add(done);
  }

  private async repeat(placed: Order, customer: Customer): Promise<void> {
    const body = JSON.stringify(anOrder());
    while (!this.isGivingUp) {
      placed.tries += 1;
      if (await this.inSlot(() => this.send(placed, customer, body))) return;
      const wait = Math.min(REPEAT_MS * 2 ** (placed.tries - 1), LONGEST_REPEAT_MS);
      await pause(wait * (0.75 + Math.random() / 2));
    }
  }

  private async inSlot<T>(work: () => Promise<T>): Promise<T> {
    if (this.busy >= SLOTS) await new Promise<void>((resolve) => this.queue.push(resolve));
    else this.busy += 1;
    try {
      return await work();
    } finally {
      // The slot goes straight to the next one who waits.
      const next = this.queue.shift();
      if (next) next();
      else this.busy -= 1;
    }
  }

  private async send(placed: Order, { sendTestUrl, authorization }: Customer, body: string): Promise<boolean> {
    try {
      const reply = await request(sendTestUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body,
        dispatcher: this.agent,
        signal: AbortSignal.timeout(REQUEST_MS),
      });
      const text = await reply.body.text();
      if (reply.statusCode >= 200 && reply.statusCode < 300) {
        placed.recordId = (JSON.parse(text) as { partner_interview_id: string }).partner_interview_id;
        placed.ackedAt = Date.now();
        return true;
      }
      if (reply.statusCode === 503) count(this.failures, '503');
      else count(this.refusals, reply.statusCode);
    } catch (error) {
      const { code, name } = error as { code?: unknown; name: string };
      count(this.failures, typeof code === 'string' ? code : name);
    }
    return false;
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

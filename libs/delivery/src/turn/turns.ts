import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DeliveryTelemetry } from '../delivery-telemetry.js';
import { Sender } from '../http/sender.js';
import type { DeliveryKind } from '../kind.js';
import { Kinds } from '../kinds.js';
import { Lru } from '../lru.js';
import { Breaker } from '../pace/breaker.js';
import { Rings } from '../queue/rings.js';
import { Consideration } from './consideration.js';
import { FairSlots, type Slot } from './fair-slots.js';
import { Finisher } from './finisher.js';
import { Pacing } from './pacing.js';
import { Turn, type TurnParts } from './turn.js';
import { type Held, TurnStore } from './turn-store.js';

/** What this process remembers of an endpoint, good as long as nobody changes the endpoint. */
interface Memory {
  updatedAt: number;
  breaker: Breaker;
}

/** A turn under way, or waiting for its slot. */
interface Running {
  /** Null until it holds the endpoint. */
  turn: { turn: Turn; held: Held; since: number } | null;
  /** Whether its endpoint was rung when it was too late for it. */
  again: boolean;
  done: Promise<void>;
}

const MOST_MEMORIES = 10_000;
const MOST_ACCOUNTS = 50_000;
/** Turns that compute, read or write at a time; those that only wait for replies are in the slow lane. */
const SLOTS = 64;
/** Of one account while others wait. */
const ACCOUNT_SLOTS = SLOTS / 4;
/** Turns under way or waiting for a slot, above which those that have had one go back to the queue. */
const MOST_RUNNING = 1_024;
/** Requests under way in this process; above that no more turns go to the slow lane. */
const MOST_REQUESTS = 2_000;
const RENEW_EVERY_MS = 2_000;

/** Runs turns: one endpoint each, never the same one twice at a time. */
@Injectable()
export class Turns implements OnApplicationBootstrap {
  private readonly running = new Map<string, Running>();
  private readonly memories = new Lru<Memory>(MOST_MEMORIES);
  private readonly accounts = new Lru<string>(MOST_ACCOUNTS);
  private readonly slots = new FairSlots(SLOTS, ACCOUNT_SLOTS);
  private readonly consideration = new Consideration();
  private renewing: NodeJS.Timeout | null = null;
  private isStopping = false;

  constructor(
    private readonly store: TurnStore,
    private readonly finisher: Finisher,
    private readonly sender: Sender,
    private readonly kinds: Kinds,
    private readonly rings: Rings,
    private readonly telemetry: DeliveryTelemetry,
  ) {}

  onApplicationBootstrap(): void {
    this.rings.hearHere((endpointId) => this.runHere(endpointId));
  }

  /**
   * Serves an endpoint for one turn; rings it again when there is more. Called for each ring heard. Resolves when the
   * turn is over or has gone to the slow lane, where it keeps nobody waiting.
   */
  async run(endpointId: string): Promise<void> {
    if (this.isServed(endpointId)) return;
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const mine: Running = { turn: null, again: false, done };
    this.running.set(endpointId, mine);
    this.renewing ??= setInterval(() => this.renew(), RENEW_EVERY_MS).unref();
    const slot = await this.slots.enter(this.accounts.get(endpointId) ?? endpointId);
    void this.serve(endpointId, slot, mine)
      .catch((error: unknown) => {
        this.telemetry.turnFailed(error);
        return false;
      })
      .then((more) => {
        // Only now: a ring for an endpoint that is being served goes to its turn.
        this.running.delete(endpointId);
        slot.leave();
        resolve();
        if (mine.again || (more && !this.goOnHere(endpointId))) this.rings.ring([endpointId]);
      });
    await slot.left;
  }

  /** Serves an endpoint without the queue, while this process has room; else others may have it. */
  private runHere(endpointId: string): boolean {
    if (this.isServed(endpointId)) return true;
    if (this.isStopping || this.running.size >= SLOTS / 2) return false;
    void this.run(endpointId);
    return true;
  }

  /**
   * Gives the endpoint its next turn without the queue, behind those that wait for theirs here. Not while others have
   * fresh events, nor while nothing can be written down: then the way through the queue is the pause it takes.
   */
  private goOnHere(endpointId: string): boolean {
    const account = this.accounts.get(endpointId) ?? endpointId;
    const isInTheWay = this.consideration.restMs(account, 1, performance.now()) > 0;
    if (this.isStopping || this.finisher.isStuck || isInTheWay || this.running.size >= MOST_RUNNING) return false;
    void this.run(endpointId);
    return true;
  }

  /** Whether the endpoint has a turn here; if so, it sees to what is new, or to another turn after it. */
  private isServed(endpointId: string): boolean {
    const current = this.running.get(endpointId);
    if (current && !current.turn?.turn.poke()) current.again = true;
    return current !== undefined;
  }

  /** No request starts after this. */
  refuseNew(): void {
    this.isStopping = true;
  }

  /** Ends the attempts to write down what the database does not take. */
  giveUp(): void {
    this.finisher.giveUp();
  }

  /** Resolves when everything under way is finished and written down. */
  async idle(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ done }) => done));
    await this.finisher.drain();
    await this.store.drain();
    if (this.renewing) clearInterval(this.renewing);
  }

  /** Resolves to whether there is more to do right away. */
  private async serve(endpointId: string, slot: Slot, mine: Running): Promise<boolean> {
    if (this.isStopping) return false;
    const taken = await this.store.take(endpointId);
    if (!taken) return false;
    const { held, due } = taken;
    this.accounts.set(endpointId, held.endpoint.accountId);
    const pacing = new Pacing(held, this.breakerOf(held));
    const kind = this.kinds.find(held.endpoint.kind);
    if (!kind || !held.isEnabled) {
      await this.store.end(pacing.end());
      return false;
    }
    const turn = new Turn(held, this.partsOf(kind, pacing, slot), due);
    mine.turn = { turn, held, since: performance.now() };
    if (mine.again) mine.again = !turn.poke();
    const more = await this.telemetry.inTurn(() => turn.run());
    if (turn.wasFresh) this.consideration.servedFresh(held.endpoint.accountId, performance.now());
    this.ringAfterRatePause(held, pacing);
    return more;
  }

  private partsOf(kind: DeliveryKind, pacing: Pacing, slot: Slot): TurnParts {
    return {
      store: this.store,
      finisher: this.finisher,
      sender: this.sender,
      kind,
      pacing,
      telemetry: this.telemetry,
      onHeldUp: () => this.toSlowLane(slot),
      restMs: (workedMs) => this.consideration.restMs(pacing.accountId, workedMs, performance.now()),
      isStopping: () => this.isStopping,
    };
  }

  private toSlowLane(slot: Slot): boolean {
    if (this.sender.underWay >= MOST_REQUESTS) return false;
    slot.leave();
    return true;
  }

  /** Turns that last keep their endpoints, and hear of changes to them. */
  private renew(): void {
    const before = performance.now() - RENEW_EVERY_MS / 2;
    const lasting = [...this.running.values()].flatMap(({ turn }) => (turn && turn.since < before ? [turn] : []));
    if (lasting.length === 0) return;
    this.store.renew(lasting.map(({ held }) => held)).then(
      (changes) => lasting.forEach(({ turn }, at) => turn.renewed(changes[at] ?? null)),
      (error: unknown) => this.telemetry.renewFailed(error),
    );
  }

  /** A pause for the rate is shorter than the sweep's interval; without this ring it would last that long. */
  private ringAfterRatePause(held: Held, pacing: Pacing): void {
    const { pauseMs, breaker } = pacing.end();
    if (pauseMs === null || breaker === 'OPEN' || pauseMs > 1_000) return;
    setTimeout(() => this.rings.ring([held.endpoint.id]), pauseMs + 1).unref();
  }

  private breakerOf({ endpoint }: Held): Breaker {
    const updatedAt = endpoint.updatedAt.getTime();
    const known = this.memories.get(endpoint.id);
    const memory = known?.updatedAt === updatedAt ? known : { updatedAt, breaker: new Breaker() };
    this.memories.set(endpoint.id, memory);
    return memory.breaker;
  }
}

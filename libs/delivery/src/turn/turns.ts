import { Injectable } from '@nestjs/common';
import { DeliveryTelemetry } from '../delivery-telemetry.js';
import { Sender } from '../http/sender.js';
import type { DeliveryKind } from '../kind.js';
import { Kinds } from '../kinds.js';
import { Breaker } from '../pace/breaker.js';
import { Rings } from '../queue/rings.js';
import { Finisher } from './finisher.js';
import { Pacing } from './pacing.js';
import { Turn } from './turn.js';
import { type Held, TurnStore } from './turn-store.js';

const MOST_BREAKERS = 10_000;

/** What this process remembers of an endpoint, good as long as nobody changes the endpoint. */
interface Memory {
  updatedAt: number;
  breaker: Breaker;
}

/** Runs turns: one endpoint each, never the same one twice at a time in this process. */
@Injectable()
export class Turns {
  private readonly running = new Map<string, { again: boolean; done: Promise<void> }>();
  private readonly memories = new Map<string, Memory>();
  private isStopping = false;

  constructor(
    private readonly store: TurnStore,
    private readonly finisher: Finisher,
    private readonly sender: Sender,
    private readonly kinds: Kinds,
    private readonly rings: Rings,
    private readonly telemetry: DeliveryTelemetry,
  ) {}

  /** Serves an endpoint for one turn; rings it again when there is more. Called for each token taken. */
  async run(endpointId: string): Promise<void> {
    const current = this.running.get(endpointId);
    if (current) {
      // The queue took the lock of a turn that still runs for lost; that turn rings once more at its end.
      current.again = true;
      return;
    }
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const mine = { again: false, done };
    this.running.set(endpointId, mine);
    try {
      const more = await this.serve(endpointId);
      if (more || mine.again) this.rings.ring([endpointId]);
    } finally {
      this.running.delete(endpointId);
      resolve();
    }
  }

  /** No request starts after this. */
  refuseNew(): void {
    this.isStopping = true;
  }

  /** Resolves when everything under way is finished and written down. */
  async idle(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ done }) => done));
    await this.finisher.drain();
    await this.store.drain();
  }

  private async serve(endpointId: string): Promise<boolean> {
    if (this.isStopping) return false;
    const held = await this.store.take(endpointId);
    const kind = held ? this.kinds.find(held.endpoint.kind) : null;
    if (!held) return false;
    const pacing = new Pacing(held, this.breakerOf(held));
    if (!kind || !held.isEnabled) {
      await this.store.end(pacing.end());
      return false;
    }
    const more = await this.telemetry.inTurn(() => new Turn(held, this.partsOf(kind, pacing)).run());
    this.ringAfterRatePause(held, pacing);
    return more;
  }

  private partsOf(kind: DeliveryKind, pacing: Pacing) {
    return {
      store: this.store,
      finisher: this.finisher,
      sender: this.sender,
      kind,
      pacing,
      onAttempt: (outcome: string, ms: number) => this.telemetry.attempt(kind.kind, outcome, ms),
      onPrepareError: (error: unknown) => this.telemetry.kindFailed(kind.kind, error),
      isStopping: () => this.isStopping,
    };
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
    this.memories.delete(endpoint.id);
    const memory = known?.updatedAt === updatedAt ? known : { updatedAt, breaker: new Breaker() };
    this.memories.set(endpoint.id, memory);
    if (this.memories.size > MOST_BREAKERS) this.memories.delete(this.memories.keys().next().value ?? '');
    return memory.breaker;
  }
}

import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG } from '#libs/config';
import type { Config } from '#libs/config';
import type { SandboxContext, SandboxHub, SandboxReply } from '#libs/connector-kit';
import { TargetPolicy } from '#libs/delivery';
import { HubError } from '#libs/errors';
import { LOGGER } from '#libs/telemetry';
import type { Logger } from '#libs/telemetry';
import { HubClient } from '../hub/hub-client.js';
import { SetupStates } from '../hub/setup-state.js';
import { SandboxDocuments } from '../store/sandbox-documents.js';

/** Gives a stand-in what it works with. */
@Injectable()
export class StandInContexts implements OnModuleDestroy {
  private readonly memories = new Map<string, Map<string, unknown>>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly documents: SandboxDocuments,
    private readonly states: SetupStates,
    private readonly hub: HubClient,
    private readonly policy: TargetPolicy,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /** @throws HubError unavailable while the hub does not know this stand-in yet. */
  of(slug: string): SandboxContext {
    const integration = this.states.current().integrations[slug];
    if (!integration) throw new HubError('unavailable', { detail: 'The sandbox is not set up yet.' });
    return {
      store: this.documents.of(slug),
      hub: {
        baseUrl: `${this.hub.origin}${integration.partnerPath}`,
        secretKey: integration.secretKey,
        selfUrl: `${this.hub.origin}/sandbox/${slug}`,
        publicUrl: this.config.publicUrl,
        call: (request) => this.call(request),
      },
      settings: { candidates: this.config.sandboxCandidates, rateLimit: this.config.sandboxRateLimit },
      now: () => new Date().toISOString(),
      later: (task, afterMs = 0) => void this.later(slug, task, afterMs),
      pause: async (ms) => void (await (ms === 0 ? setImmediate() : pause(ms))),
      memory: (name, make) => this.remember(slug, name, make),
    };
  }

  /** Whoever reaches the sandbox may name addresses: those that are not the hub's own have to be public ones. */
  private async call(request: Parameters<SandboxHub['call']>[0]): Promise<SandboxReply> {
    const origin = URL.parse(request.url)?.origin;
    const isOwn = origin === this.hub.origin || origin === new URL(this.config.publicUrl).origin;
    const isSafe = isOwn || (await this.policy.assertSafe(request.url, 'url').catch(() => null)) !== null;
    return isSafe ? this.hub.call(request) : { status: 0, body: '', failure: 'the address is not a public one' };
  }

  private async later(slug: string, task: () => Promise<void>, afterMs: number): Promise<void> {
    const { signal } = this.stopping;
    try {
      await (afterMs === 0 ? setImmediate() : longPause(afterMs, signal));
      if (!signal.aborted) await task();
    } catch (err) {
      if (!signal.aborted) this.log.error({ err, standIn: slug }, 'a task of a stand-in failed');
    }
  }

  private remember<T>(slug: string, name: string, make: () => T): T {
    const memory = this.memories.get(slug) ?? new Map<string, unknown>();
    this.memories.set(slug, memory);
    if (!memory.has(name)) memory.set(name, make());
    return memory.get(name) as T;
  }
}

function longPause(ms: number, signal: AbortSignal): Promise<void> {
  return pause(ms, undefined, { signal, ref: false });
}

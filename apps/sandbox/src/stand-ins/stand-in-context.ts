import { Inject, Injectable } from '@nestjs/common';
import type { SandboxContext } from '#libs/connector-kit';
import { HubError } from '#libs/errors';
import { LOGGER } from '#libs/telemetry';
import type { Logger } from '#libs/telemetry';
import { HubClient } from '../hub/hub-client.js';
import { SetupStates } from '../hub/setup-state.js';
import { SandboxDocuments } from '../store/sandbox-documents.js';

/** Gives a stand-in what it works with. */
@Injectable()
export class StandInContexts {
  constructor(
    private readonly documents: SandboxDocuments,
    private readonly states: SetupStates,
    private readonly hub: HubClient,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

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
        call: (request) => this.hub.call(request),
      },
      now: () => new Date().toISOString(),
      later: (task) => this.later(slug, task),
    };
  }

  private later(slug: string, task: () => Promise<void>): void {
    setImmediate(() => {
      task().catch((err: unknown) => this.log.error({ err, standIn: slug }, 'a task of a stand-in failed'));
    });
  }
}

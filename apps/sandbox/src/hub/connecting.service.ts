import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '#libs/config';
import type { Config } from '#libs/config';
import type { SandboxContext, SandboxPart } from '#libs/connector-kit';
import { HubError } from '#libs/errors';
import { StandInContexts } from '../stand-ins/stand-in-context.js';
import { StandIns } from '../stand-ins/stand-ins.js';
import { HubCallFailed, HubClient } from './hub-client.js';
import { SetupStates } from './setup-state.js';

const REGION = 'sandbox';

interface ProviderWebhooks {
  url: string;
  events: { action: string; when: string }[];
  manual: { webhooks: { secret: string }[] };
}

/** Connects the sandbox's integrations to the stand-ins over the hub's API, as a vendor and its customer would. */
@Injectable()
export class ConnectingService {
  constructor(
    private readonly states: SetupStates,
    private readonly hub: HubClient,
    private readonly standIns: StandIns,
    private readonly contexts: StandInContexts,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Once for each stand-in that can be connected to: so that there is something to read after the first start. */
  async connectAll(): Promise<void> {
    for (const part of this.standIns.list()) {
      const state = this.states.current();
      if (!part.access || state.connected?.includes(part.slug)) continue;
      await this.byCredentials(part);
      await this.addWebhooks(part);
      await this.states.save({ ...state, connected: [...(state.connected ?? []), part.slug] });
    }
  }

  /** The customer types in a key of its own. */
  async byCredentials(part: SandboxPart): Promise<void> {
    const { credentials } = await this.accessTo(part);
    const body = { method: credentials.method, region: REGION, credentials: credentials.values };
    await this.call('POST', this.path(part, 'connect'), body);
  }

  /** The vendor's client is set, and the customer is sent to the consent page: where that is. */
  async byConsent(part: SandboxPart): Promise<string> {
    const { oauth } = await this.accessTo(part);
    const { method, ...client } = oauth;
    await this.call('PUT', `/v1/oauth-apps/${part.slug}`, { region: REGION, ...client });
    const { publicUrl, allowPrivateTargets } = this.config;
    const canReturn = publicUrl.startsWith('https:') || allowPrivateTargets;
    const { consentUrl } = await this.call<{ consentUrl: string }>('POST', this.path(part, 'connect'), {
      ...{ method, region: REGION },
      ...(canReturn && { returnUrl: `${publicUrl}/sandbox/` }),
    });
    return consentUrl;
  }

  /** What the hub's click list says, typed into the stand-in by hand. */
  async addWebhooks(part: SandboxPart): Promise<string | null> {
    if (!part.desk.addWebhooks) return null;
    const { url, events, manual } = await this.call<ProviderWebhooks>('GET', this.path(part, 'webhooks'));
    const secret = manual.webhooks[0]?.secret ?? '';
    // By the address this process listens on: the public one may lead out of the house and back.
    const own = url.startsWith(this.config.publicUrl) ? this.hub.origin + url.slice(this.config.publicUrl.length) : url;
    const forms = events.map(({ action, when }) => ({ name: `Atsume: ${when}`, action, url: own, secret }));
    return part.desk.addWebhooks(this.contexts.of(part.slug), forms);
  }

  private accessTo(part: SandboxPart) {
    if (!part.access) throw new HubError('not_found');
    return part.access(this.contextOf(part));
  }

  private contextOf({ slug }: SandboxPart): SandboxContext {
    return this.contexts.of(slug);
  }

  private path({ slug }: SandboxPart, rest: string): string {
    return `/v1/integrations/${this.states.current().integrations[slug]!.integrationId}/${rest}`;
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { apiKey } = this.states.current();
    return this.hub.api<T>(method, path, { apiKey, ...(body !== undefined && { body }) });
  }
}

/** What the hub said, for the people at the page. */
export function toConflict(error: unknown): never {
  if (error instanceof HubCallFailed) throw new HubError('conflict', { detail: error.message }, { cause: error });
  throw error;
}

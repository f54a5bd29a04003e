import { Inject, Injectable } from '@nestjs/common';
import { AccountsService, newApiKey } from '#libs/accounts';
import { CONFIG } from '#libs/config';
import type { Config } from '#libs/config';
import type { SandboxPart } from '#libs/connector-kit';
import { StandIns } from '../stand-ins/stand-ins.js';
import { SandboxDocuments } from '../store/sandbox-documents.js';
import { DEMO_PACKAGES } from '../vendor/demo-packages.js';
import { HubCallFailed, HubClient } from './hub-client.js';
import { type SetupState, SetupStates } from './setup-state.js';

const ACCOUNT_NAME = 'Sandbox';
const WEBHOOK_PATH = '/sandbox/vendor/webhook';

/**
 * Makes what the sandbox needs in the hub, the way a vendor would: an account, then with its key an integration per
 * stand-in, the packages and a webhook endpoint. Every step is done once and survives an interruption before or after it.
 */
@Injectable()
export class SetupService {
  constructor(
    private readonly states: SetupStates,
    private readonly hub: HubClient,
    private readonly accounts: AccountsService,
    private readonly standIns: StandIns,
    private readonly documents: SandboxDocuments,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** To be called when the hub listens. @throws HubCallFailed naming the call that did not work. */
  async setUp(): Promise<void> {
    for (const part of this.standIns.list()) await part.seed(this.documents.of(part.slug));
    let state = await this.beginOrGoOn();
    if (!state.hasAccount) state = await this.makeAccount(state);
    for (const part of this.standIns.list()) {
      if (!state.integrations[part.slug]) state = await this.connect(part, state);
    }
    if (!state.packagesPublished) state = await this.publishPackages(state);
    await this.subscribe(state);
  }

  private async beginOrGoOn(): Promise<SetupState> {
    const kept = await this.states.load();
    if (kept) return kept;
    const apiKey = newApiKey();
    return this.keep({ apiKey, hasAccount: false, packagesPublished: false, integrations: {}, endpoint: null });
  }

  private async makeAccount(state: SetupState): Promise<SetupState> {
    // The key was kept before: if it works already, only the note about it was lost.
    if (!(await this.isKeyAlive(state.apiKey))) await this.accounts.create(ACCOUNT_NAME, state.apiKey);
    return this.keep({ ...state, hasAccount: true });
  }

  private async isKeyAlive(apiKey: string): Promise<boolean> {
    try {
      await this.hub.api('GET', '/v1/api-keys?limit=1', { apiKey });
      return true;
    } catch (error) {
      if (error instanceof HubCallFailed && error.status === 401) return false;
      throw error;
    }
  }

  private async connect({ slug, company }: SandboxPart, state: SetupState): Promise<SetupState> {
    const secret = await this.hub.api<{ integrationId: string; secretKey: string; baseUrl: string }>(
      'POST',
      '/v1/ats/assessments/secrets',
      {
        apiKey: state.apiKey,
        body: { provider: slug, ...company },
        // The secret is shown once: should we be cut off before it is kept, the same key gets the same reply again.
        idempotencyKey: `sandbox-secret-${slug}`,
      },
    );
    const { integrationId, secretKey, baseUrl } = secret;
    const integration = { integrationId, secretKey, partnerPath: this.withoutPublicUrl(baseUrl) };
    return this.keep({ ...state, integrations: { ...state.integrations, [slug]: integration } });
  }

  private async publishPackages(state: SetupState): Promise<SetupState> {
    const body = { packages: DEMO_PACKAGES };
    await this.hub.api('PUT', '/v1/ats/assessments/packages', { apiKey: state.apiKey, body });
    return this.keep({ ...state, packagesPublished: true });
  }

  /** The endpoint follows the hub when it is started on another port. */
  private async subscribe(state: SetupState): Promise<void> {
    const url = `${this.hub.origin}${WEBHOOK_PATH}`;
    if (state.endpoint?.url === url) return;
    const { apiKey } = state;
    if (state.endpoint) {
      await this.hub.api('PATCH', `/v1/webhooks/endpoints/${state.endpoint.id}`, { apiKey, body: { url } });
      await this.keep({ ...state, endpoint: { ...state.endpoint, url } });
      return;
    }
    const endpoint = await this.hub.api<{ id: string; secret: string }>('POST', '/v1/webhooks/endpoints', {
      apiKey,
      body: { url, category: 'ATS', description: 'The demo vendor of the sandbox' },
      idempotencyKey: `sandbox-endpoint-${url}`,
    });
    await this.keep({ ...state, endpoint: { id: endpoint.id, secret: endpoint.secret, url } });
  }

  private async keep(state: SetupState): Promise<SetupState> {
    await this.states.save(state);
    return state;
  }

  /** Where the partner routes lie, whatever the hub's public address is today. */
  private withoutPublicUrl(baseUrl: string): string {
    const { publicUrl } = this.config;
    return baseUrl.startsWith(publicUrl) ? baseUrl.slice(publicUrl.length) : new URL(baseUrl).pathname;
  }
}

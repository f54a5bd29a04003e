import { beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '#libs/config';
import type { SandboxPart, SandboxWebhookForm } from '#libs/connector-kit';
import type { StandInContexts } from '../stand-ins/stand-in-context.js';
import { StandIns } from '../stand-ins/stand-ins.js';
import { ConnectingService, toConflict } from './connecting.service.js';
import { HubCallFailed, type HubClient } from './hub-client.js';
import type { SetupState, SetupStates } from './setup-state.js';

const HOOK = '/hooks/acme-ats/t_1';

describe('connecting the sandbox', () => {
  let calls: { line: string; body: unknown }[];
  let forms: SandboxWebhookForm[];
  let state: SetupState;

  const acme = {
    slug: 'acme-ats',
    access: () =>
      Promise.resolve({
        oauth: { method: 'oauth', clientId: 'c_1', clientSecret: 's_1' },
        credentials: { method: 'key', values: { clientId: 'c_2' } },
      }),
    desk: {
      addWebhooks: (_: unknown, typed: SandboxWebhookForm[]) => {
        forms.push(...typed);
        return Promise.resolve(null);
      },
    },
  } as unknown as SandboxPart;
  const bare = { slug: 'bare-ats', desk: {} } as SandboxPart;

  const aService = (env: Record<string, string> = {}) => {
    const config = readConfig({ PUBLIC_URL: 'https://hub.example', ...env }, true);
    const api = (method: string, path: string, { body }: { body?: unknown }) => {
      calls.push({ line: `${method} ${path}`, body });
      const events = [{ action: 'moved', when: 'Somebody moved' }];
      const webhooks = { url: `https://hub.example${HOOK}`, events, manual: { webhooks: [{ secret: 's3' }] } };
      return Promise.resolve(path.endsWith('/webhooks') ? webhooks : { consentUrl: 'https://ats.example/authorize' });
    };
    const states = { current: () => state, save: (next: SetupState) => Promise.resolve(void (state = next)) };
    return new ConnectingService(
      states as unknown as SetupStates,
      { api, origin: 'http://127.0.0.1:3000' } as unknown as HubClient,
      StandIns.of(acme, bare),
      { of: () => ({}) } as unknown as StandInContexts,
      config,
    );
  };

  beforeEach(() => {
    calls = [];
    forms = [];
    const integration = { integrationId: 'int_1', secretKey: 'k', partnerPath: '/p' };
    const integrations = { 'acme-ats': integration, 'bare-ats': integration };
    state = { apiKey: 'atsm_x', hasAccount: true, packagesPublished: true, integrations, endpoint: null };
  });

  it('is done once, by the key of the customer, for those that can be connected to', async () => {
    await aService().connectAll();
    await aService().connectAll();

    expect(calls).toEqual([
      {
        line: 'POST /v1/integrations/int_1/connect',
        body: { method: 'key', region: 'sandbox', credentials: { clientId: 'c_2' } },
      },
      { line: 'GET /v1/integrations/int_1/webhooks', body: undefined },
    ]);
    expect(state.connected).toEqual(['acme-ats']);
  });

  it('types in the webhooks of the click list, at the address this process listens on', async () => {
    await aService().addWebhooks(acme);

    expect(forms).toEqual([
      { name: 'Atsume: Somebody moved', action: 'moved', url: `http://127.0.0.1:3000${HOOK}`, secret: 's3' },
    ]);
  });

  it("sets the vendor's client before it asks for consent", async () => {
    expect(await aService().byConsent(acme)).toBe('https://ats.example/authorize');

    expect(calls).toEqual([
      { line: 'PUT /v1/oauth-apps/acme-ats', body: { region: 'sandbox', clientId: 'c_1', clientSecret: 's_1' } },
      {
        line: 'POST /v1/integrations/int_1/connect',
        body: { method: 'oauth', region: 'sandbox', returnUrl: 'https://hub.example/sandbox/' },
      },
    ]);
  });

  it('does not ask to be sent back to an address the hub would refuse', async () => {
    await aService({ PUBLIC_URL: 'http://hub.example', ATSUME_ALLOW_PRIVATE_TARGETS: 'false' }).byConsent(acme);

    expect(calls.at(-1)?.body).toEqual({ method: 'oauth', region: 'sandbox' });
  });

  it('tells the page what the hub said', () => {
    expect(() => toConflict(new HubCallFailed('POST /x was answered with 502', 502))).toThrow(
      expect.objectContaining({ code: 'conflict', detail: 'POST /x was answered with 502' }),
    );
    expect(() => toConflict(new TypeError('a bug'))).toThrow(TypeError);
  });
});

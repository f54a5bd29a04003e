import { ConnectionsModule } from '#libs/connections';
import { FakeAts, fakeConnector } from '#libs/connections/testing';
import { IntegrationsModule } from '#libs/integrations';
import { acmeAts } from '#libs/integrations/testing';
import { type FeatureApp, startFeatures } from '../support/feature-app.js';

export interface ConsentReply {
  outcome: string;
  consentUrl: string;
  permissions: { permission: string; label: string; access: string }[];
  scopes: string[];
  hint: string | null;
}

/** A hub beside a fake ATS, and the few calls that most tests about connections begin with. */
export interface ConnectionsDesk {
  hub: FeatureApp;
  ats: FakeAts;
  /** A new integration with the fake ATS; its id. */
  integration(apiKey?: string): Promise<string>;
  connect<T = ConsentReply>(id: string, body: object): Promise<{ status: number; body: T }>;
  /** The account's OAuth client at the fake ATS. */
  app(): Promise<void>;
  /** All of connecting by consent; the last reply of the hub. */
  consent(id: string, body?: object): Promise<Response>;
  /** The browser comes back to the hub. */
  comeBack(address: URL | string): Promise<Response>;
  status(id: string): Promise<{ status: string; statusReason: string | null }>;
  events(type: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function openConnectionsDesk(env: Record<string, string> = {}): Promise<ConnectionsDesk> {
  const ats = new FakeAts();
  const connector = fakeConnector(await ats.start());
  const hub = await startFeatures([IntegrationsModule, ConnectionsModule], [connector, acmeAts], {
    ATSUME_ALLOW_PRIVATE_TARGETS: 'true',
    ...env,
  });
  let customers = 0;
  const desk: ConnectionsDesk = {
    hub,
    ats,
    integration: async (apiKey = hub.apiKey) => {
      const body = { provider: 'fake-ats', originOrgId: `customer-${++customers}`, originOrgName: 'Globex' };
      return (await hub.call<{ id: string }>('POST', '/v1/integrations', { body, apiKey })).body.id;
    },
    connect: (id, body) => hub.call('POST', `/v1/integrations/${id}/connect`, { body }),
    app: async () => {
      const body = { clientId: ats.client.id, clientSecret: ats.client.secret };
      await hub.call('PUT', '/v1/oauth-apps/fake-ats', { body });
    },
    consent: async (id, body = {}) => {
      const { body: asked } = await desk.connect(id, { method: 'oauth', ...body });
      return desk.comeBack(ats.consent(asked.consentUrl));
    },
    comeBack: (address) => {
      const { pathname, search } = new URL(address);
      return fetch(hub.url + pathname + search, { redirect: 'manual' });
    },
    status: async (id) =>
      (await hub.call<{ status: string; statusReason: string | null }>('GET', `/v1/integrations/${id}`)).body,
    events: async (type) => {
      const rows = await hub.database.query<{ payload: Buffer }>(
        'SELECT payload FROM events WHERE account_id = $1 AND type = $2 ORDER BY id',
        [hub.accountId, type],
      );
      return rows.map(({ payload }) => JSON.parse(payload.toString('utf8')) as Record<string, unknown>);
    },
    close: async () => {
      await hub.close();
      await ats.stop();
    },
  };
  return desk;
}

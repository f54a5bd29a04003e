import { z } from 'zod';
import {
  type ApiVersion,
  type Connector,
  type OAuthConnect,
  type TokenReply,
  basicAuthorization,
  defineResource,
  onePage,
} from '#libs/connector-kit';

const TokenAnswer = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  expires_in: z.number().optional(),
});

function readToken(body: unknown): TokenReply | null {
  const { data } = TokenAnswer.safeParse(body);
  if (!data) return null;
  return {
    accessToken: data.access_token,
    refreshToken: data.refresh_token ?? null,
    expiresInSeconds: data.expires_in ?? null,
  };
}

const isFinalRefusal: OAuthConnect['isFinalRefusal'] = ({ status, body }) =>
  status === 400 && (body as { error?: string } | undefined)?.error === 'invalid_grant';

const tags = defineResource({
  model: 'tags',
  permission: 'tags',
  covers: ['name'],
  list: { path: 'tags', pages: onePage() },
  wire: z.object({ id: z.string(), name: z.string() }),
  map: (wire) => ({ remoteId: wire.id, name: wire.name }) as never,
});

const v1: ApiVersion = {
  host: 'api',
  basePath: 'v1',
  rateLimit: { requests: 1_000, perSeconds: 1 },
  check: { method: 'GET', path: 'me' },
  permissions: {
    tags: {
      label: 'Tags',
      access: 'read',
      scopes: ['tags:list'],
      probe: { method: 'GET', path: 'tags', query: { per_page: 1 }, grantedWhen: [200] },
    },
    'tags-write': {
      label: 'Tags',
      access: 'write',
      scopes: ['tags:create'],
      probe: { method: 'POST', path: 'tags', json: {}, grantedWhen: [422] },
    },
    secrets: { label: 'Private fields', access: 'read', scopes: ['private:list'] },
  },
  resources: [tags],
  actions: {},
};

/** The declaration of the ATS that {@link FakeAts} is, at `origin`. Made by hand: plain http is for tests. */
export function fakeConnector(origin: string, { pkce = true } = {}): Connector {
  const endpoint = { host: 'auth', tokenPath: 'token', readToken, isFinalRefusal };
  return {
    slug: 'fake-ats',
    name: 'Fake ATS',
    docs: 'https://developers.fake-ats.example',
    api: {
      regions: {
        main: { api: `${origin}/api`, auth: `${origin}/auth` },
        other: { api: `${origin}/other`, auth: `${origin}/other` },
      },
      connect: [
        {
          ...endpoint,
          kind: 'oauth2',
          id: 'oauth',
          label: 'Sign in with Fake ATS',
          version: 'v1',
          steps: ['Press the button.'],
          clientAuth: 'basic',
          authorizePath: 'authorize',
          authorizeQuery: { audience: 'api' },
          scopeSeparator: ' ',
          pkce,
          isRefreshSingleUse: true,
          refreshTokenLivesSeconds: 86_400,
          introspect: {
            request: (token) => ({ path: 'introspect', form: { token } }),
            read: readIntrospection,
          },
          consentHint: 'Tick the service account.',
        },
        {
          ...endpoint,
          kind: 'clientCredentials',
          id: 'client',
          label: 'Client of your own',
          version: 'v1',
          steps: [],
          clientAuth: 'body',
          fields: {
            clientId: { label: 'Client id', kind: 'text' },
            clientSecret: { label: 'Client secret', kind: 'secret' },
          },
          client: ({ clientId = '', clientSecret = '' }) => ({ id: clientId, secret: clientSecret, form: {} }),
        },
        {
          kind: 'key',
          id: 'key',
          label: 'API key',
          version: 'v1',
          steps: ['Open Settings.', 'Make a key.'],
          fields: {
            apiKey: { label: 'API key', kind: 'secret', hint: 'Settings, Keys.', pattern: /fk_[A-Za-z0-9]+/ },
            subdomain: { label: 'Subdomain', kind: 'text', isOptional: true },
          },
          authorize: ({ apiKey = '' }) => ({ authorization: basicAuthorization(apiKey) }),
        },
      ],
      versions: { v1 },
    },
  };
}

const Introspection = z.object({ org: z.string(), org_name: z.string(), sub: z.string(), scope: z.string() });

function readIntrospection(body: unknown) {
  const { data } = Introspection.safeParse(body);
  if (!data) return null;
  return {
    originOrgId: data.org,
    originOrgName: data.org_name,
    user: data.sub,
    scopes: data.scope.split(' ').filter((scope) => scope !== ''),
  };
}

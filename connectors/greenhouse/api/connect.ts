import type { ClientCredentialsConnect, OAuthConnect } from '#libs/connector-kit';
import { z } from 'zod';
import { isClientOver, isConsentOver, readToken } from './tokens.js';

const CLAIMS = 'https://auth.greenhouse.io/claims';
const anyId = z.union([z.string(), z.number()]).nullish();

// The types of `sub` and of the organization's id are not documented, so both are taken as number and as text.
const IntrospectionWire = z.object({
  active: z.boolean(),
  sub: anyId,
  scope: z.union([z.string(), z.array(z.string())]).nullish(),
  [CLAIMS]: z.object({ organization: z.object({ id: anyId, name: z.string().nullish() }).nullish() }).nullish(),
});

const asText = (value: string | number | null | undefined): string | null =>
  value === null || value === undefined || value === '' ? null : String(value);

/** Whose token it is and what was really granted; null for one that is not valid. */
export function readIntrospection(body: unknown): ReturnType<NonNullable<OAuthConnect['introspect']>['read']> {
  const { success, data } = IntrospectionWire.safeParse(body);
  if (!success || !data.active) return null;
  const organization = data[CLAIMS]?.organization;
  const scopes = typeof data.scope === 'string' ? data.scope.split(/\s+/) : data.scope;
  return {
    originOrgId: asText(organization?.id),
    originOrgName: asText(organization?.name),
    user: asText(data.sub),
    scopes: scopes ? scopes.filter((scope) => scope !== '') : null,
  };
}

/** Sign-in for partners of Greenhouse. https://harvestdocs.greenhouse.io/docs/harvest-partners */
export const oauth: OAuthConnect = {
  kind: 'oauth2',
  id: 'oauth',
  label: 'Sign in with Greenhouse',
  version: 'v3',
  host: 'auth',
  steps: [
    'Sign in to Greenhouse as a Site Admin.',
    'Tick "authorize using a service account", so that the connection does not end when a person leaves.',
    'Check the list of what is asked for and choose "Authorize".',
  ],
  tokenPath: 'token',
  clientAuth: 'basic',
  readToken,
  isFinalRefusal: isConsentOver,
  authorizePath: 'authorize',
  scopeSeparator: ' ',
  // Not mentioned in the guide; clients work without it.
  pkce: false,
  isRefreshSingleUse: true,
  refreshTokenLivesSeconds: 86_400,
  introspect: {
    request: (token) => ({ path: 'introspect', form: { token, token_type_hint: 'access_token' } }),
    read: readIntrospection,
  },
  consentHint:
    'Only a Site Admin sees the box "authorize using a service account": tick it. Without it, or as another user, ' +
    'lists stay empty or are refused, and the connection ends when that person is deactivated.',
};

/** A credential the customer makes for itself; not for partners. https://harvestdocs.greenhouse.io/docs/authentication */
export const clientCredentials: ClientCredentialsConnect = {
  kind: 'clientCredentials',
  id: 'client-credentials',
  label: 'Client ID and secret of a Harvest V3 credential',
  version: 'v3',
  host: 'auth',
  steps: [
    'In Greenhouse open Configure > Dev Center > API Credential Management.',
    'Create a credential of the type "Harvest V3 (OAuth)".',
    'Tick the scopes listed below, and save.',
    'Copy the client ID and the client secret; the secret is shown once.',
  ],
  fields: {
    clientId: { label: 'Client ID', kind: 'text', hint: 'Shown with the credential.', pattern: /^\S{4,255}$/ },
    clientSecret: {
      label: 'Client secret',
      kind: 'secret',
      hint: 'Shown once, when the credential is made or its secret is rotated.',
      pattern: /^\S{8,512}$/,
    },
    sub: {
      label: 'Act as user (ID)',
      kind: 'text',
      hint: 'Leave it empty: Greenhouse then acts as a service user of its own, who never leaves.',
      pattern: /^\d{1,20}$/,
      isOptional: true,
    },
  },
  client: ({ clientId = '', clientSecret = '', sub }) => ({
    id: clientId,
    secret: clientSecret,
    form: { ...(sub && { sub }) },
  }),
  tokenPath: 'token',
  clientAuth: 'basic',
  readToken,
  isFinalRefusal: isClientOver,
};

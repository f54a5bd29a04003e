import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '#libs/config';
import type { OAuthConnect } from '#libs/connector-kit';
import { HubError } from '#libs/errors';
import { OauthAppsRepository } from '../apps/oauth-apps.repository.js';
import { scopesOf } from '../checks/findings.js';
import { type Wanted, askedPermissions, refuseGiven } from '../connecting.service.js';
import type { ConnectDto, ConsentDto } from '../connections.dto.js';
import { browserHostsOf } from '../places.js';
import { OAuthFlow } from './oauth-flow.js';
import { OauthStatesRepository } from './oauth-states.repository.js';
import { checkReturnUrl } from './return-url.js';

const STATE_BYTES = 32;

/** Where an ATS sends the browser back to. */
export function callbackUrlOf({ publicUrl }: Pick<Config, 'publicUrl'>, provider: string): string {
  return `${publicUrl}/oauth/${provider}/callback`;
}

/** The first half of connecting by consent: what the customer will be asked for, and where. */
@Injectable()
export class ConsentService {
  constructor(
    private readonly apps: OauthAppsRepository,
    private readonly states: OauthStatesRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async begin(wanted: Wanted<OAuthConnect>, body: ConnectDto): Promise<ConsentDto> {
    refuseGiven(body, ['credentials'], 'is not typed in where the customer consents');
    const { accountId, integrationId, connector, method, region, hosts } = wanted;
    const returnUrl = body.returnUrl === undefined ? null : checkReturnUrl(body.returnUrl, this.config);
    const { permissions, scopes } = asked(wanted, body);
    const app = await this.apps.find(accountId, connector.slug, region);
    if (!app) {
      throw new HubError('conflict', {
        detail: `This account has no OAuth client at ${connector.name} (${region}): PUT /v1/oauth-apps/${connector.slug} first.`,
      });
    }
    refuseUnapproved(scopes, app.scopes);
    const client = { id: app.clientId, secret: this.apps.secretOf(app) };
    const browserHost = browserHostsOf(connector, region, this.config)?.[method.host] ?? '';
    const settings = { method, client, browserHost, ownHost: hosts[method.host] ?? '' };
    const consent = { accountId, integrationId, provider: connector.slug, method: method.id, region };
    const store = async (codeVerifier?: string): Promise<string> => {
      const state = randomBytes(STATE_BYTES).toString('base64url');
      const kept = { clientId: app.clientId, codeVerifier: codeVerifier ?? null, returnUrl, scopes, permissions };
      await this.states.save(state, { ...consent, ...kept });
      return state;
    };
    const flow = new OAuthFlow(
      { ...settings, callbackUrl: callbackUrlOf(this.config, connector.slug) },
      { store, verifierOf: () => null },
      () => Promise.reject(new Error('there is no code yet')),
    );
    return {
      consentUrl: await flow.begin(scopes),
      permissions: permissions.map((permission) => {
        const { label, access } = wanted.version.permissions[permission]!;
        return { permission, label, access };
      }),
      scopes,
      hint: method.consentHint,
    };
  }
}

/** The permissions and no more scopes than they take; or the scopes named, and the permissions these make. */
function asked({ version }: Wanted, body: ConnectDto): { permissions: string[]; scopes: string[] } {
  const { scopes } = body;
  if (scopes === undefined) {
    const permissions = askedPermissions(version, body.permissions);
    return { permissions, scopes: scopesOf(version, permissions) };
  }
  refuseGiven(body, ['permissions'], 'and scopes cannot both be given');
  const known = new Set(Object.values(version.permissions).flatMap((permission) => permission.scopes));
  const unknown = scopes.findIndex((scope) => !known.has(scope));
  if (unknown >= 0) {
    throw new HubError('invalid_input', {
      errors: [{ path: `scopes.${unknown}`, message: 'is no scope the hub has a use for' }],
    });
  }
  const permissions = Object.entries(version.permissions)
    .filter(([, permission]) => permission.scopes.length > 0 && permission.scopes.every((one) => scopes.includes(one)))
    .map(([name]) => name);
  return { permissions, scopes: [...new Set(scopes)] };
}

/** The ATS would refuse them, in front of the customer. */
function refuseUnapproved(scopes: readonly string[], approved: readonly string[] | null): void {
  const missing = approved === null ? [] : scopes.filter((scope) => !approved.includes(scope));
  if (missing.length === 0) return;
  throw new HubError('invalid_input', {
    errors: [
      { path: 'permissions', message: `take scopes the OAuth client was not approved for: ${missing.join(', ')}` },
    ],
  });
}

import { Injectable } from '@nestjs/common';
import { Rings, withPartitions } from '#libs/delivery';
import { callbackEndpointId, fileEndpointId } from '#libs/model';
import { Database } from '#libs/store';
import { hashInboundKey, newInboundKey } from './inbound-key.js';
import { InboundKeysRepository, type PresentedKey } from './inbound-keys.repository.js';
import { IntegrationHooks } from './integration-hooks.js';

/** What a partner call is made with: the ATS, the account token of its address, and the key it presents. */
export interface PresentedCredentials {
  provider: string;
  accountToken: string;
  presentedKey: string;
}

/** Whose call it is: the integration that the presented key selects, and what the hot path needs to know of it. */
export interface PartnerIdentity {
  accountId: string;
  integrationId: string;
  keyId: string;
  secretId: string;
  provider: string;
  reportClosed: boolean;
  allowedCallbackHosts: string[];
  callbackEndpointId: string;
  fileEndpointId: string;
}

const TOKEN = { prefix: 'at_', bytes: 32 };
/** Identities kept in memory, the least recently found ones go first. */
const MOST_REMEMBERED = 10_000;
const PLAIN_WORD = /^[0-9A-Za-z_-]{1,64}$/;

/** Who an ATS is when it calls us, and which key we present when we call it. */
@Injectable()
export class InboundKeysService {
  private readonly touching = new Map<string, Promise<unknown>>();
  private readonly remembered = new Map<string, PartnerIdentity>();

  constructor(
    private readonly database: Database,
    private readonly keys: InboundKeysRepository,
    private readonly hooks: IntegrationHooks,
    private readonly rings: Rings,
  ) {}

  /**
   * The integration behind a partner call, or null when the key is wrong, ended, revoked, another account's or another
   * ATS's: the caller learns no difference. One statement; once a minute and key a second one notes the use.
   */
  async identify(credentials: PresentedCredentials): Promise<PartnerIdentity | null> {
    const key = await this.find(credentials);
    if (!key) {
      this.remembered.delete(memoryKey(credentials));
      return null;
    }
    if (key.needsTouch) await this.touch(key, () => this.writeUse(key));
    return this.remember(credentials, {
      accountId: key.accountId,
      integrationId: key.integrationId,
      keyId: key.keyId,
      secretId: key.secretId,
      provider: credentials.provider,
      reportClosed: key.reportClosed,
      allowedCallbackHosts: key.allowedCallbackHosts,
      callbackEndpointId: callbackEndpointId(key.integrationId),
      fileEndpointId: fileEndpointId(key.integrationId),
    });
  }

  /**
   * Whom these credentials belonged to when they were last identified here; nothing is asked of the database. Whoever
   * acts on it proves within its own statement that the key still works (`liveKeySql`), and notes the use if that is
   * due; the settings in it may have changed since.
   */
  recall(credentials: PresentedCredentials): PartnerIdentity | null {
    return this.remembered.get(memoryKey(credentials)) ?? null;
  }

  /** Notes that a key was used, for statements that found it `stale`. */
  async noteUse(identity: Pick<PartnerIdentity, 'accountId' | 'keyId'>): Promise<void> {
    await this.touch(identity, () => this.keys.touch(this.database, identity));
  }

  /**
   * The key the ATS itself used last, to authorize a callback with; null when everything it was given is revoked. A key
   * that a rotation ended still counts until a newer one is used; one that was never used only when no other was.
   */
  callbackKey(integrationId: string): Promise<string | null> {
    return this.keys.findLastUsed(integrationId);
  }

  /**
   * OAuth 2 client credentials: trades a secret's id and one of its live keys for a bearer token that
   * {@link identify} knows. Null when they do not fit. A rotation or revocation ends the token with its key.
   */
  async issueToken(client: {
    provider: string;
    accountToken: string;
    clientId: string;
    clientSecret: string;
    lifetimeSeconds: number;
  }): Promise<{ accessToken: string; expiresInSeconds: number } | null> {
    const { provider, accountToken, clientSecret, lifetimeSeconds } = client;
    const key = await this.find({ provider, accountToken, presentedKey: clientSecret });
    if (!key || key.isToken || key.secretId !== client.clientId) return null;
    if (key.needsTouch) await this.touch(key, () => this.writeUse(key));
    const accessToken = newInboundKey(TOKEN);
    await this.database.transaction((tx) => this.keys.insertToken(tx, key, accessToken, lifetimeSeconds));
    return { accessToken, expiresInSeconds: lifetimeSeconds };
  }

  private async find({ provider, accountToken, presentedKey }: PresentedCredentials): Promise<PresentedKey | null> {
    // Anything else is not one of ours, and PostgreSQL would refuse some of it with an error.
    if (!PLAIN_WORD.test(accountToken) || !PLAIN_WORD.test(provider)) return null;
    return this.keys.find(presentedKey, accountToken, provider);
  }

  /** Once for all requests that come with the key meanwhile: they would only queue for the same row. */
  private touch({ keyId }: Pick<PresentedKey, 'keyId'>, write: () => Promise<unknown>): Promise<unknown> {
    const running = this.touching.get(keyId);
    if (running) return running;
    const touch = write().finally(() => this.touching.delete(keyId));
    this.touching.set(keyId, touch);
    return touch;
  }

  /** A key's first use lets go out, in the same transaction, what had no key to go out with. */
  private async writeUse(key: PresentedKey): Promise<void> {
    if (!key.isFirstUse) return void (await this.keys.touch(this.database, key));
    const { integrationId: id, accountId } = key;
    const endpointIds = await withPartitions(this.database, () =>
      this.database.transaction(async (tx) =>
        (await this.keys.touch(tx, key)) ? this.hooks.keyFirstUsed(tx, { id, accountId }) : [],
      ),
    );
    this.rings.ring(endpointIds);
  }

  private remember(credentials: PresentedCredentials, identity: PartnerIdentity): PartnerIdentity {
    const key = memoryKey(credentials);
    this.remembered.delete(key);
    this.remembered.set(key, identity);
    if (this.remembered.size > MOST_REMEMBERED) this.remembered.delete(this.remembered.keys().next().value ?? '');
    return identity;
  }
}

/** Keys themselves are not kept in memory. */
function memoryKey({ provider, accountToken, presentedKey }: PresentedCredentials): string {
  return `${provider} ${accountToken} ${hashInboundKey(presentedKey).toString('base64')}`;
}

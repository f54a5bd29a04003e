import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Cipher, Database } from '#libs/store';

/** How long a customer has from the link to the end of the consent. */
const LIVES_SECONDS = 600;

/** A consent under way. */
export interface PendingConsent {
  accountId: string;
  integrationId: string;
  provider: string;
  method: string;
  region: string;
  clientId: string;
  /** The PKCE verifier; null where the ATS does not offer it. */
  codeVerifier: string | null;
  returnUrl: string | null;
  scopes: string[];
  permissions: string[];
}

/** What a state turned out to be. A consent comes with it wherever it is known whose it was. */
export type Taken =
  | { kind: 'good'; consent: PendingConsent }
  | { kind: 'used' | 'expired'; consent: PendingConsent }
  | { kind: 'unknown' };

const LONGEST_STATE = 512;
const COLUMNS = `account_id AS "accountId", integration_id AS "integrationId", provider, method, region,
  client_id AS "clientId", code_verifier_enc, code_verifier_key_id, return_url AS "returnUrl", scopes, permissions`;

type Raw = Omit<PendingConsent, 'codeVerifier'> & {
  code_verifier_enc: Buffer | null;
  code_verifier_key_id: string | null;
};

/** The states of consents under way: stored as hashes, good once and for ten minutes. */
@Injectable()
export class OauthStatesRepository {
  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
  ) {}

  async save(state: string, consent: PendingConsent): Promise<void> {
    const sealed = consent.codeVerifier === null ? null : this.cipher.seal(consent.codeVerifier);
    await this.database.query(
      `INSERT INTO oauth_states (state_hash, account_id, integration_id, provider, method, region, client_id,
         code_verifier_enc, code_verifier_key_id, return_url, scopes, permissions, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now() + $13::float8 * interval '1 second')`,
      [
        ...[hashOf(state), consent.accountId, consent.integrationId, consent.provider, consent.method, consent.region],
        ...[consent.clientId, sealed?.data ?? null, sealed?.keyId ?? null, consent.returnUrl, consent.scopes],
        ...[consent.permissions, LIVES_SECONDS],
      ],
    );
  }

  /** Uses a state up. Of several who come with the same one, one gets it. */
  async take(state: string, provider: string): Promise<Taken> {
    if (state === '' || state.length > LONGEST_STATE) return { kind: 'unknown' };
    const [taken] = await this.database.query<Raw>(
      `UPDATE oauth_states SET used_at = now()
       WHERE state_hash = $1 AND provider = $2 AND used_at IS NULL AND expires_at > now() RETURNING ${COLUMNS}`,
      [hashOf(state), provider],
    );
    if (taken) return { kind: 'good', consent: this.toConsent(taken) };
    const [known] = await this.database.query<Raw & { isUsed: boolean }>(
      `SELECT ${COLUMNS}, used_at IS NOT NULL AS "isUsed" FROM oauth_states WHERE state_hash = $1 AND provider = $2`,
      [hashOf(state), provider],
    );
    if (!known) return { kind: 'unknown' };
    const { isUsed, ...raw } = known;
    return { kind: isUsed ? 'used' : 'expired', consent: this.toConsent(raw) };
  }

  /** Forgets those that can only be told apart from wrong ones any more. */
  async removeOld(): Promise<void> {
    await this.database.query(`DELETE FROM oauth_states WHERE expires_at < now() - interval '1 day'`);
  }

  private toConsent({ code_verifier_enc: data, code_verifier_key_id: keyId, ...consent }: Raw): PendingConsent {
    const codeVerifier = data === null || keyId === null ? null : this.cipher.open({ data, keyId });
    return { ...consent, codeVerifier };
  }
}

function hashOf(state: string): Buffer {
  return createHash('sha256').update(state).digest();
}

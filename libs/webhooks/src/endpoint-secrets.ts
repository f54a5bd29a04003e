import { Injectable } from '@nestjs/common';
import type { SendingEndpoint } from '#libs/delivery';
import { Cipher, Database } from '#libs/store';
import { type SigningKey, signingKey } from './signer.js';

const MOST_KEPT = 5_000;
const KEEP_MS = 60_000;

/** What an endpoint's requests are made with, decrypted. */
export interface EndpointSecrets {
  /** Whether it wants the strict form of events. */
  strictNulls: boolean;
  /** Live signing secrets, the oldest first; more than one during a rotation. */
  signing: SigningKey[];
  /** Headers the customer wants on every request. */
  headers: Record<string, string>;
}

interface Kept {
  updatedAt: number;
  until: number;
  secrets: Promise<EndpointSecrets>;
}

const LIVE = {
  name: 'endpoint_secrets_live',
  text: `SELECT s.secret_enc, s.key_id, (extract(epoch FROM s.not_after - statement_timestamp()) * 1000)::float8 AS left_ms, w.strict_nulls
    FROM endpoint_secrets s JOIN webhook_endpoints w ON w.id = s.endpoint_id
    WHERE s.account_id = $1 AND s.endpoint_id = $2 AND (s.not_after IS NULL OR s.not_after > statement_timestamp())
    ORDER BY s.version`,
};

interface LiveRow {
  secret_enc: Buffer;
  key_id: string;
  left_ms: number | null;
  strict_nulls: boolean;
}

/** Decrypts an endpoint's secrets and remembers them for a minute, or until the endpoint changes or a secret ends. */
@Injectable()
export class EndpointSecretsCache {
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
  ) {}

  get(endpoint: SendingEndpoint): Promise<EndpointSecrets> {
    const updatedAt = endpoint.updatedAt.getTime();
    const found = this.kept.get(endpoint.id);
    if (found && found.updatedAt === updatedAt && found.until > performance.now()) return found.secrets;
    const entry: Kept = {
      updatedAt,
      until: performance.now() + KEEP_MS,
      secrets: this.read(endpoint, (ms) => shorten(entry, ms)),
    };
    entry.secrets.catch(() => this.kept.delete(endpoint.id));
    this.kept.delete(endpoint.id);
    this.kept.set(endpoint.id, entry);
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value ?? '');
    return entry.secrets;
  }

  private async read(endpoint: SendingEndpoint, validFor: (ms: number) => void): Promise<EndpointSecrets> {
    const rows = await this.database.query<LiveRow>(LIVE, [endpoint.accountId, endpoint.id]);
    for (const { left_ms } of rows) if (left_ms !== null) validFor(left_ms);
    const { headersEnc, headersKeyId } = endpoint;
    return {
      strictNulls: rows[0]?.strict_nulls ?? false,
      signing: rows.map(({ secret_enc, key_id }) => signingKey(this.cipher.open({ data: secret_enc, keyId: key_id }))),
      headers: headersEnc && headersKeyId ? this.openHeaders(headersEnc, headersKeyId) : {},
    };
  }

  private openHeaders(data: Buffer, keyId: string): Record<string, string> {
    return JSON.parse(this.cipher.open({ data, keyId })) as Record<string, string>;
  }
}

function shorten(entry: Kept, ms: number): void {
  entry.until = Math.min(entry.until, performance.now() + ms);
}

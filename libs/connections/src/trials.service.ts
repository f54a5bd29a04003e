import { Injectable } from '@nestjs/common';
import type { ClientCredentialsConnect, Credentials, TokenReply } from '#libs/connector-kit';
import type { Access } from '#libs/engine';
import { HubError } from '#libs/errors';
import { Probes } from './checks/probes.js';
import type { Finding } from './connection.js';
import { withoutSecrets } from './token/reasons.js';
import { TokenSource } from './token/token-source.js';

/** What the engine says when the ATS answered that it does not like what it was asked with. */
const REFUSALS = new Set(['provider_unauthorized', 'provider_forbidden', 'provider_rejected', 'provider_not_found']);

/** Tries credentials out that nobody has stored yet. */
@Injectable()
export class Trials {
  constructor(
    private readonly probes: Probes,
    private readonly source: TokenSource,
  ) {}

  /** @throws HubError credentials_refused, provider_unavailable. */
  async token(
    { hosts }: { hosts: Readonly<Record<string, string>> },
    method: ClientCredentialsConnect,
    credentials: Credentials,
  ): Promise<TokenReply> {
    const outcome = await this.source.withCredentials(method, hosts, credentials);
    if (outcome.kind === 'token') return outcome.token;
    if (outcome.kind === 'refused') throw refused(outcome.reasons);
    const retryAfterSeconds = outcome.kind === 'unavailable' ? outcome.retryAfterSeconds : null;
    throw new HubError('provider_unavailable', {
      detail: `The ATS gave out no token (${outcome.error}).`,
      ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
    });
  }

  /**
   * Whether the ATS takes them. Credentials that may not even make the check call may be good for something else: then
   * `permissions` are tried, and what was found comes back. What the ATS says is repeated without the `secrets`.
   *
   * @throws HubError credentials_refused, or what the engine says of an ATS that is away or busy.
   */
  async tryOut(access: Access, permissions: readonly string[], secrets: readonly string[]): Promise<Finding[] | null> {
    try {
      if (await this.probes.prove(access)) return null;
      const findings = await this.probes.find(access, permissions, null);
      if (findings.some(({ state }) => state === 'GRANTED')) return findings;
    } catch (error) {
      if (!(error instanceof HubError) || !REFUSALS.has(error.code)) throw error;
      const said = [...error.errors.map(({ message }) => message), error.detail];
      throw refused(
        said.map((text) => withoutSecrets(text, secrets)),
        error,
      );
    }
    throw refused(['They permit nothing that was asked for.']);
  }
}

function refused([reason = 'It does not say why.']: string[], cause?: unknown): HubError {
  return new HubError(
    'credentials_refused',
    { detail: `The ATS refused these credentials: ${reason}`, errors: [{ path: 'credentials', message: reason }] },
    cause === undefined ? {} : { cause },
  );
}

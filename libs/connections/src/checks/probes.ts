import { Injectable } from '@nestjs/common';
import type { ApiRequest } from '#libs/connector-kit';
import { type Access, Engine, UpstreamFailure } from '#libs/engine';
import { HubError } from '#libs/errors';
import type { Finding, PermissionState } from '../connection.js';
import { byScopes, byStatus } from './findings.js';

const AT_ONCE = 4;

/** Tries out what credentials permit, by the calls the connector declares harmless. */
@Injectable()
export class Probes {
  constructor(private readonly engine: Engine) {}

  /**
   * The one call that proves that the credentials work. False: they do, but not for this call.
   * @throws HubError as the engine does; provider_unauthorized when the ATS refuses them.
   */
  async prove(access: Access): Promise<boolean> {
    try {
      await this.engine.send(access, access.version.check, { priority: 'interactive' });
      return true;
    } catch (error) {
      if (error instanceof HubError && error.code === 'provider_forbidden') return false;
      throw error;
    }
  }

  /**
   * What is to be found of some permissions. `granted` are the scopes of the token, where they are known: what they lack
   * need not be tried.
   * @throws HubError provider_unauthorized, needs_relink.
   */
  async find(access: Access, names: readonly string[], granted: readonly string[] | null): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (let at = 0; at < names.length; at += AT_ONCE) {
      const some = names.slice(at, at + AT_ONCE);
      findings.push(
        ...(await Promise.all(
          some.map(async (permission) => ({ permission, state: await this.stateOf(access, permission, granted) })),
        )),
      );
    }
    return findings;
  }

  private async stateOf(access: Access, name: string, granted: readonly string[] | null): Promise<PermissionState> {
    const permission = access.version.permissions[name];
    if (!permission) return 'UNKNOWN';
    const said = byScopes(permission, granted);
    if (!permission.probe || said === 'MISSING') return said;
    const status = await this.statusOf(access, permission.probe);
    return status === null ? said : byStatus(permission.probe.grantedWhen, status);
  }

  /** Null when the ATS did not answer: that says nothing about the permission. */
  private async statusOf(access: Access, probe: ApiRequest): Promise<number | null> {
    try {
      return (await this.engine.send(access, probe, { priority: 'interactive' })).status;
    } catch (error) {
      const failure = error instanceof HubError && error.cause instanceof UpstreamFailure ? error.cause : null;
      if (failure === null || failure.kind === 'unauthorized') throw error;
      if (failure.kind === 'unavailable' || failure.kind === 'rate_limited') return null;
      // Whatever status this ATS says it with.
      return failure.kind === 'forbidden' ? 403 : failure.status;
    }
  }
}

import { Injectable } from '@nestjs/common';
import type { Queryable } from '#libs/store';

/** An integration that something happened to. */
export interface ChangedIntegration {
  id: string;
  accountId: string;
}

/** Runs inside the change's transaction; returns the ids of the endpoints that have work because of it. */
export type IntegrationListener = (tx: Queryable, integration: ChangedIntegration) => Promise<string[]>;

/** Where other features take part in a change of an integration, registered once at start. */
@Injectable()
export class IntegrationHooks {
  private readonly ofHosts: IntegrationListener[] = [];
  private readonly ofKeys: IntegrationListener[] = [];
  private readonly ofRemoval: IntegrationListener[] = [];

  /** Called when callback hosts were given, so that what waited for them can go out. */
  onHostsAllowed(listener: IntegrationListener): void {
    this.ofHosts.push(listener);
  }

  /** Called when the ATS uses a key for the first time, so that what had no key to go out with can go out. */
  onKeyFirstUsed(listener: IntegrationListener): void {
    this.ofKeys.push(listener);
  }

  /** Called when an integration is deleted, so that what runs for it ends and what is kept for it is let go. */
  onRemoved(listener: IntegrationListener): void {
    this.ofRemoval.push(listener);
  }

  /** Asks every listener in turn; the endpoints to ring once the transaction is committed. */
  hostsAllowed(tx: Queryable, integration: ChangedIntegration): Promise<string[]> {
    return ask(this.ofHosts, tx, integration);
  }

  /** As {@link hostsAllowed}. */
  keyFirstUsed(tx: Queryable, integration: ChangedIntegration): Promise<string[]> {
    return ask(this.ofKeys, tx, integration);
  }

  /** As {@link hostsAllowed}. */
  removed(tx: Queryable, integration: ChangedIntegration): Promise<string[]> {
    return ask(this.ofRemoval, tx, integration);
  }
}

async function ask(
  listeners: readonly IntegrationListener[],
  tx: Queryable,
  integration: ChangedIntegration,
): Promise<string[]> {
  const endpointIds: string[] = [];
  for (const listener of listeners) endpointIds.push(...(await listener(tx, integration)));
  return [...new Set(endpointIds)];
}

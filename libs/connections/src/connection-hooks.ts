import { Injectable } from '@nestjs/common';
import type { Queryable } from '#libs/store';

/** An integration whose connection to its ATS was made or ended. */
export interface ConnectedIntegration {
  accountId: string;
  integrationId: string;
}

/** Runs inside the change's transaction: what it throws undoes the change. */
export type ConnectionListener = (tx: Queryable, integration: ConnectedIntegration) => Promise<void>;

/** Where other features take part when a connection is made or ended; they register once, at start. */
@Injectable()
export class ConnectionHooks {
  private readonly ofConnected: ConnectionListener[] = [];
  private readonly ofDisconnected: ConnectionListener[] = [];

  /** Called whenever credentials were stored that work: the first time and each time the customer connects again. */
  onConnected(listener: ConnectionListener): void {
    this.ofConnected.push(listener);
  }

  /** Called when the credentials were deleted on purpose, not when the ATS stopped taking them. */
  onDisconnected(listener: ConnectionListener): void {
    this.ofDisconnected.push(listener);
  }

  /** Tells every listener in turn. */
  async connected(tx: Queryable, integration: ConnectedIntegration): Promise<void> {
    for (const listener of this.ofConnected) await listener(tx, integration);
  }

  /** As {@link connected}. */
  async disconnected(tx: Queryable, integration: ConnectedIntegration): Promise<void> {
    for (const listener of this.ofDisconnected) await listener(tx, integration);
  }
}

import type { ApiVersion } from '#libs/connector-kit';
import type { Access } from '#libs/engine';
import type { CallableConnector } from './places.js';

/** Credentials that are tried before they are stored. */
export class CandidateAccess implements Access {
  readonly version: ApiVersion;

  constructor(
    readonly connector: CallableConnector,
    readonly hosts: Readonly<Record<string, string>>,
    about: { accountId: string; integrationId: string; versionName: string; budgetKey: string },
    private readonly headers: Record<string, string>,
  ) {
    this.accountId = about.accountId;
    this.integrationId = about.integrationId;
    this.versionName = about.versionName;
    this.budgetKey = about.budgetKey;
    this.version = connector.api.versions[about.versionName]!;
  }

  readonly accountId: string;
  readonly integrationId: string;
  readonly versionName: string;
  readonly budgetKey: string;

  authorize(): Promise<Record<string, string>> {
    return Promise.resolve(this.headers);
  }

  renew(): Promise<boolean> {
    return Promise.resolve(false);
  }

  refusedAnew(): Promise<void> {
    return Promise.resolve();
  }
}

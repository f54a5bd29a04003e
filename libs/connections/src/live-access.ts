import type { ApiVersion, ConnectMethod } from '#libs/connector-kit';
import type { Access } from '#libs/engine';
import { HubError } from '#libs/errors';
import type { ConnectionRow } from './connection.js';
import type { CallableConnector } from './places.js';
import type { TokenConnection } from './token/token-connection.js';

/** How long a row is believed before it is read again: so long a run goes on after its connection was ended. */
const BELIEVED_MS = 5_000;

/** What an access asks of those who know the rows; one for all of them. */
export interface Keeping {
  /** The row as it is now. @throws HubError when the connection is over. */
  read(accountId: string, integrationId: string): Promise<ConnectionRow>;
  fresh(connection: TokenConnection): Promise<ConnectionRow>;
  renew(connection: TokenConnection): Promise<ConnectionRow | null>;
  refusedAnew(row: ConnectionRow): Promise<void>;
  relink(row: ConnectionRow, reason: string): Promise<void>;
  headersOf(method: ConnectMethod, row: ConnectionRow): Record<string, string>;
}

/** A stored connection, as the engine uses it for as long as a run takes. */
export class LiveAccess implements Access {
  readonly accountId: string;
  readonly integrationId: string;
  readonly versionName: string;
  readonly version: ApiVersion;
  readonly budgetKey: string;
  private readonly region: string;
  private readAt = performance.now();
  /** What the row said is no longer so. */
  private isStale = false;
  private headers: { generation: number; value: Record<string, string> } | null = null;

  constructor(
    readonly connector: CallableConnector,
    readonly hosts: Readonly<Record<string, string>>,
    private row: ConnectionRow,
    private readonly keeping: Keeping,
  ) {
    this.accountId = row.accountId;
    this.integrationId = row.integrationId;
    this.versionName = row.version;
    this.version = connector.api.versions[row.version]!;
    this.budgetKey = row.budgetKey;
    this.region = row.region;
  }

  async authorize(): Promise<Record<string, string>> {
    await this.reread();
    const method = this.methodOf(this.row);
    if (method.kind !== 'key') {
      const fresh = await this.keeping.fresh({ row: this.aged(), method, hosts: this.hosts });
      if (fresh.generation !== this.row.generation) this.adopt(fresh);
    }
    if (this.headers?.generation !== this.row.generation) {
      const value = this.keeping.headersOf(this.methodOf(this.row), this.row);
      this.headers = { generation: this.row.generation, value };
    }
    return this.headers.value;
  }

  async renew(): Promise<boolean> {
    const used = this.row;
    try {
      await this.reread(true);
    } catch (error) {
      if (error instanceof HubError && error.spec.status === 409) return false;
      throw error;
    }
    // Somebody was faster: what was refused was what they replaced.
    if (this.row.generation !== used.generation) return true;
    const method = this.methodOf(this.row);
    if (method.kind === 'key') {
      await this.keeping.relink(this.row, 'The ATS refuses the credentials.');
      this.isStale = true;
      return false;
    }
    const renewed = await this.keeping.renew({ row: this.row, method, hosts: this.hosts });
    if (renewed) this.adopt(renewed);
    else this.isStale = true;
    return renewed !== null;
  }

  refusedAnew(): Promise<void> {
    return this.keeping.refusedAnew(this.row);
  }

  private async reread(isForced = false): Promise<void> {
    if (!isForced && !this.isStale && performance.now() - this.readAt < BELIEVED_MS) return;
    this.adopt(await this.keeping.read(this.accountId, this.integrationId));
  }

  /** The row with its token as much older as it was held here. */
  private aged(): ConnectionRow {
    const heldMs = performance.now() - this.readAt;
    const { livesMs, ageMs } = this.row;
    return { ...this.row, livesMs: livesMs === null ? null : livesMs - heldMs, ageMs: ageMs + heldMs };
  }

  private adopt(row: ConnectionRow): void {
    this.row = row;
    this.readAt = performance.now();
    this.isStale = false;
  }

  private methodOf({ method: id, region, version }: ConnectionRow): ConnectMethod {
    const method = this.connector.api.connect.find((one) => one.id === id && one.version === version);
    if (method && version === this.versionName && region === this.region) return method;
    throw new HubError('integration_not_connected', { detail: 'It was connected anew, in another way.' });
  }
}

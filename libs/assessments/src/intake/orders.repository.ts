import { Injectable } from '@nestjs/common';
import { withPartitions } from '#libs/events';
import { Database } from '#libs/store';
import { Batches } from './batches.js';
import { type IncomingOrder, prepareOrder, type PreparedOrder } from './prepared-order.js';
import { FETCHES, FIND_SAME, ORDERS, SOURCES, type SourceVerdict, STORE } from './store-statement.js';

/** Measured: one statement at a time gathers best; a second one only makes both smaller. */
const LIMITS = { atOnce: 1, apartMs: 3, most: 64, largest: 1_048_576, sizeOf: ({ bytes }: PreparedOrder) => bytes };

export type StoreVerdict =
  | {
      kind: 'stored';
      assessmentId: string;
      /** False when the same order had been placed before; then nothing was stored. */
      isNew: boolean;
      /** To be rung. */
      endpointIds: string[];
      /** Whether the use of the key has to be noted. */
      isKeyStale: boolean;
    }
  | { kind: 'key_ended' }
  | { kind: 'package_changed' };

/** The statements that take orders in. */
@Injectable()
export class OrdersRepository {
  private readonly batches = new Batches((orders: PreparedOrder[]) => this.storeEach(orders), LIMITS);

  constructor(private readonly database: Database) {}

  /**
   * Stores an order with everything it sets off, or finds the one that was stored before; committed when it resolves.
   * Orders that come while others are being stored share a statement. Ring the endpoints afterwards.
   */
  async store(incoming: IncomingOrder): Promise<StoreVerdict> {
    return this.batches.add(prepareOrder(incoming));
  }

  /** The package for orders that name none, from the integration's settings. */
  async findDefaultPackageId(accountId: string, integrationId: string): Promise<string | null> {
    const [row] = await this.database.query<{ id: string | null }>(
      'SELECT default_package_id AS id FROM integrations WHERE account_id = $1 AND id = $2',
      [accountId, integrationId],
    );
    return row?.id ?? null;
  }

  /** An order that PostgreSQL refuses takes nobody with it: the others are stored one by one. */
  private async storeEach(orders: PreparedOrder[]): Promise<PromiseSettledResult<StoreVerdict>[]> {
    try {
      return (await this.storeAll(orders)).map((value) => ({ status: 'fulfilled', value }));
    } catch (error) {
      if (orders.length === 1 || !isRefusal(error)) throw error;
    }
    const results: PromiseSettledResult<StoreVerdict>[] = [];
    for (const order of orders) results.push(...(await Promise.allSettled([this.storeAlone(order)])));
    return results;
  }

  private async storeAlone(order: PreparedOrder): Promise<StoreVerdict> {
    const [verdict] = await this.storeAll([order]);
    return verdict!;
  }

  /** All of them in one statement. */
  private async storeAll(orders: PreparedOrder[]): Promise<StoreVerdict[]> {
    const { keys, values } = statementValues(orders);
    const rows = await withPartitions(this.database, () => this.database.query<SourceVerdict>(STORE, values));
    const verdicts = new Map(rows.map((row) => [keys[Number(row.source)]!, row]));
    const stored = new Set(rows.flatMap(({ storedIds }) => storedIds ?? []));
    const known = orders.filter(({ row, sourceKey }) => !stored.has(row.id) && holds(verdicts.get(sourceKey)!));
    const sameAs = known.length > 0 ? await this.findSame(known) : new Map<string, string>();
    return orders.map((order) => {
      const { id } = order.row;
      return toVerdict(verdicts.get(order.sourceKey)!, order, stored.has(id) ? id : sameAs.get(id));
    });
  }

  /** The id of each order's predecessor, by its own. */
  private async findSame(orders: PreparedOrder[]): Promise<Map<string, string>> {
    const rows = orders.map(({ accountId, integrationId, row }) => ({
      id: row.id,
      account_id: accountId,
      integration_id: integrationId,
      dedupe: row.dedupe,
    }));
    const found = await this.database.query<{ id: string; sameAs: string }>(
      FIND_SAME.statement,
      FIND_SAME.rows.values(rows),
    );
    return new Map(found.map(({ id, sameAs }) => [id, sameAs]));
  }
}

function statementValues(orders: PreparedOrder[]): { keys: string[]; values: Buffer[] } {
  const sources = new Map(orders.map(({ sourceKey, source }) => [sourceKey, source]));
  const keys = [...sources.keys()];
  const places = new Map(keys.map((key, at) => [key, String(at)]));
  return {
    keys,
    values: [
      ...SOURCES.values([...sources].map(([key, source]) => ({ ...source, source: places.get(key)! }))),
      ...ORDERS.values(orders.map(({ sourceKey, row }) => ({ ...row, source: places.get(sourceKey)! }))),
      ...FETCHES.values(orders.flatMap(({ fetch }) => fetch ?? [])),
    ],
  };
}

function holds({ isKeyStale, isPackageCurrent }: SourceVerdict): boolean {
  return isKeyStale !== null && isPackageCurrent;
}

/** `assessmentId` is its own when it is new. */
function toVerdict(verdict: SourceVerdict, { row, source, fetch }: PreparedOrder, assessmentId = ''): StoreVerdict {
  const { isKeyStale } = verdict;
  if (isKeyStale === null) return { kind: 'key_ended' };
  if (!verdict.isPackageCurrent) return { kind: 'package_changed' };
  const isNew = assessmentId === row.id;
  const fileEndpointIds = fetch ? [source.file_endpoint_id as string] : [];
  const endpointIds = isNew ? [...(verdict.endpointIds ?? []), ...fileEndpointIds] : [];
  return { kind: 'stored', assessmentId, isNew, endpointIds, isKeyStale };
}

/** Whether PostgreSQL refused a statement for what is in it; without a connection nothing is worth another try. */
function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(21|22|23|40|54|XX)\w{3}$/.test(code);
}

import { Injectable } from '@nestjs/common';
import type { CanonicalOrder, PlacedOrder } from '#libs/connector-kit';
import { Rings } from '#libs/delivery';
import { InboundKeysService, type PartnerIdentity } from '#libs/integrations';
import { type OrderablePackage, PackagesRepository } from '../packages/packages.repository.js';
import { OrdersRepository } from './orders.repository.js';

const MOST_REMEMBERED = 10_000;
/** A package that changes faster than this is not ordered now. */
const TRIES = 5;

export type Placing = { kind: 'placed'; placed: PlacedOrder } | { kind: 'key_ended' } | { kind: 'no_package' };

/** Takes orders in. What it says is placed is stored, and its event is on the way. */
@Injectable()
export class IntakeService {
  private readonly remembered = new Map<string, OrderablePackage>();

  constructor(
    private readonly packages: PackagesRepository,
    private readonly orders: OrdersRepository,
    private readonly keys: InboundKeysService,
    private readonly rings: Rings,
  ) {}

  /**
   * Places an order, or finds the same one placed before. `no_package`: none this integration may order (unknown, DRAFT,
   * or offered to others only). `originText` is the ATS's body as JSON text. In the usual case one statement: identity
   * and package may come from memory, because that statement proves that they still hold.
   */
  async place(from: PartnerIdentity, order: CanonicalOrder, originText: string): Promise<Placing> {
    const id = order.packageId || (await this.orders.findDefaultPackageId(from.accountId, from.integrationId));
    if (!id) return { kind: 'no_package' };
    let isCurrent = true;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const ordered = await this.findPackage(from, id, isCurrent);
      if (!ordered) return { kind: 'no_package' };
      const { name, type, description, metaData, revision } = ordered;
      const verdict = await this.orders.store({
        ...from,
        order,
        originText,
        package: { id, name, type, description, metaData },
        packageRevision: revision,
      });
      if (verdict.kind === 'key_ended') return verdict;
      if (verdict.kind === 'package_changed') isCurrent = false;
      if (verdict.kind !== 'stored') continue;
      this.rings.ring(verdict.endpointIds);
      if (verdict.isKeyStale) await this.keys.noteUse(from);
      const { assessmentId, isNew } = verdict;
      return { kind: 'placed', placed: { assessmentId, isNew, package: { id, name, type, description } } };
    }
    return { kind: 'no_package' };
  }

  private async findPackage(
    { accountId, integrationId }: PartnerIdentity,
    id: string,
    fromMemory: boolean,
  ): Promise<OrderablePackage | null> {
    const key = `${integrationId} ${id}`;
    const known = fromMemory ? this.remembered.get(key) : undefined;
    if (known) return known;
    const found = await this.packages.findOrderable(accountId, integrationId, id);
    this.remembered.delete(key);
    if (found) this.remembered.set(key, found);
    if (this.remembered.size > MOST_REMEMBERED) this.remembered.delete(this.remembered.keys().next().value ?? '');
    return found;
  }
}

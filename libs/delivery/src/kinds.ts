import { Inject, Injectable } from '@nestjs/common';
import { DELIVERY_KINDS, type DeliveryKind, type EndpointKind } from './kind.js';

/** The kinds this dispatcher was given, by name. */
@Injectable()
export class Kinds {
  private readonly byName: ReadonlyMap<EndpointKind, DeliveryKind>;

  constructor(@Inject(DELIVERY_KINDS) kinds: readonly DeliveryKind[]) {
    this.byName = new Map(kinds.map((kind) => [kind.kind, kind]));
  }

  /** Null for an endpoint of a kind that this dispatcher does not serve: another one may. */
  find(name: EndpointKind): DeliveryKind | null {
    return this.byName.get(name) ?? null;
  }
}

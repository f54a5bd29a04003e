import { type DynamicModule, type InjectionToken, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { BacklogGauges } from './backlog-gauges.js';
import { Clocks } from './clocks/clocks.js';
import { Sweep } from './clocks/sweep.js';
import { DeliveryTelemetry } from './delivery-telemetry.js';
import { Dispatcher } from './dispatcher.js';
import { Sender } from './http/sender.js';
import { DELIVERY_KINDS, type DeliveryKind } from './kind.js';
import { Kinds } from './kinds.js';
import { Cleaning } from './retention/cleaning.js';
import { Expiry } from './retention/expiry.js';
import { Retention } from './retention/retention.js';
import { RetentionGauges } from './retention/retention-gauges.js';
import { RetentionStore } from './retention/retention-store.js';
import { Finisher } from './turn/finisher.js';
import { TurnStore } from './turn/turn-store.js';
import { Turns } from './turn/turns.js';

export interface DeliveryWorkerOptions {
  /** Modules that export the kinds. */
  imports: NonNullable<ModuleMetadata['imports']>;
  kinds: readonly Type<DeliveryKind>[];
}

/** The dispatcher's side: hears rings and delivers what is due. Needs `QueueModule` in the same process. */
@Module({})
export class DeliveryWorkerModule {
  static register({ imports, kinds }: DeliveryWorkerOptions): DynamicModule {
    return {
      module: DeliveryWorkerModule,
      imports,
      providers: [
        collect<DeliveryKind>(DELIVERY_KINDS, kinds),
        Kinds,
        Sender,
        TurnStore,
        Finisher,
        Turns,
        DeliveryTelemetry,
        BacklogGauges,
        Clocks,
        Sweep,
        RetentionStore,
        Expiry,
        Cleaning,
        Retention,
        RetentionGauges,
        Dispatcher,
      ],
      exports: [Clocks, Retention],
    };
  }
}

/** One array of instances under one token. */
function collect<T>(provide: InjectionToken, classes: readonly Type<T>[]) {
  return { provide, useFactory: (...found: T[]) => found, inject: [...classes] };
}

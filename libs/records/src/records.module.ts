import { Module } from '@nestjs/common';
import { EngineModule } from '#libs/engine';
import { EventsModule } from '#libs/events';
import { RecordEvents } from './events/record-events.js';
import { RecordHooks } from './events/record-hooks.js';
import { WatchedFields } from './events/watched-fields.js';
import { EffectiveMappings } from './mappings/effective-mappings.js';
import { MappedChanges } from './mappings/mapped-changes.js';
import { MappedFields } from './mappings/mapped-fields.js';
import { RecordRefresh } from './refresh/record-refresh.js';
import { AliasesRepository } from './store/aliases.repository.js';
import { PartStore } from './store/part-store.js';
import { PartsRepository } from './store/parts.repository.js';
import { RecordReader } from './store/record-reader.js';
import { RecordStore } from './store/record-store.js';
import { RecordsRepository } from './store/records.repository.js';
import { UnreadableRepository } from './store/unreadable.repository.js';

/** The mirror without routes: saving pages and parts, telling of changes, reading single records again. */
@Module({
  imports: [EngineModule, EventsModule],
  providers: [
    RecordStore,
    RecordReader,
    RecordEvents,
    RecordHooks,
    RecordRefresh,
    WatchedFields,
    EffectiveMappings,
    MappedFields,
    MappedChanges,
    UnreadableRepository,
    AliasesRepository,
    PartStore,
    PartsRepository,
    RecordsRepository,
  ],
  exports: [
    RecordStore,
    RecordReader,
    RecordEvents,
    RecordHooks,
    RecordRefresh,
    WatchedFields,
    EffectiveMappings,
    MappedFields,
    UnreadableRepository,
  ],
})
export class RecordStoreModule {}

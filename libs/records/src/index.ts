export { RecordStoreModule } from './records.module.js';
export { RecordStore } from './store/record-store.js';
export { RecordReader, STORED_COLUMNS, toStoredRecord, type StoredRow } from './store/record-reader.js';
export { UnreadableRepository, type UnreadableOf } from './store/unreadable.repository.js';
export { toFieldsView, toRecordView, type RecordView } from './store/record-view.js';
export { joinChanges } from './store/join-changes.js';
export type {
  FieldChanges,
  RecordChange,
  RecordScope,
  SavedPage,
  StoredRecord,
  UnreadableRow,
} from './store/record-change.js';
export { EffectiveMappings, type EffectiveMapping, type Way } from './mappings/effective-mappings.js';
export { findPlace, type FoundPlace } from './mappings/row-place.js';
export { RecordEvents } from './events/record-events.js';
export type { ChangesFoundBy } from './events/changes-found-by.js';
export { RecordHooks, type RecordListener } from './events/record-hooks.js';
export { WatchedFields, type WatchedFieldsByModel } from './events/watched-fields.js';
export { RecordRefresh, type RefreshCause, type Refreshed } from './refresh/record-refresh.js';
export { RecordReadsModule } from './api/record-reads.module.js';
export { ReadsService } from './api/reads/reads.service.js';

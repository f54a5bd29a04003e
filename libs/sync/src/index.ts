export { SyncModule } from './sync.module.js';
export { SyncStoreModule } from './sync-store.module.js';
export { SyncWorkerModule } from './worker/sync-worker.module.js';
export { RUN_MODES, RUN_STATUSES, type RunMode, type RunStatus } from './run.js';
export { RunQueue, type WantedRun } from './runs/run-queue.js';
export { SEEN_VIA, TRANSITION_KINDS, type SeenVia, type TransitionKind } from './transitions/transitions.js';

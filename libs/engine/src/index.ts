export type { Access, Priority, RawReply, RawRequest, SendOptions } from './access.js';
export { Engine, type ReadPage } from './engine.js';
export { EngineModule } from './engine.module.js';
export { UpstreamFailure, type FailureKind } from './failures.js';
export { RequestLogRepository, type LoggedRequest, type LoggedRequestsFilter } from './log/request-log.repository.js';

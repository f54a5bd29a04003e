export { EventsService, type EventDraft, type InternalEventDraft } from './events.service.js';
export { EventsModule } from './events.module.js';
export { EventLogModule } from './event-log.module.js';
export { EventLogRepository } from './event-log.repository.js';
export { renderEnvelope, type EnvelopeInput } from './envelope.js';
export { strictForm } from './strict-form.js';
export { matchingEndpointsSql, type MatchedBy } from './matching-endpoints.js';
export { withPartitions } from '#libs/delivery';

export type {
  DeliveryKind,
  DueWork,
  SendingEndpoint,
  Prepared,
  Reply,
  Settled,
  Outcome,
  EndpointKind,
} from './kind.js';
export { DELIVERY_KINDS } from './kind.js';
export { ensurePartitions, withPartitions } from './partitions.js';
export { QueueModule } from './queue/queue.module.js';
export { Rings } from './queue/rings.js';
export { QueueHealth } from './queue/queue-health.js';
export { checkQueue } from './queue/check-queue.js';
export { DEFAULT_RETRY_POLICY, GIVE_UP_RULE, RETRY_JITTER, policyOf, type RetryPolicy } from './retry-policy.js';
export { assertSafeTarget, type TargetRules } from './http/safe-target.js';
export { isGlobalUnicast } from './http/address.js';
export { anyConnector, publicConnector } from './http/connect.js';
export { errorCode } from './http/error-code.js';
export { Names, systemNames } from './http/names.js';
export { Origins } from './http/origins.js';
export { retryAfterMs } from './http/retry-after.js';
export { Sender, type Outgoing, type Sent } from './http/sender.js';
export { TargetPolicy } from './http/target-policy.js';
export { DeliveryWorkerModule, type DeliveryWorkerOptions } from './delivery-worker.module.js';
export { Clocks, type ClockTask } from './clocks/clocks.js';
export { Retention, type RetentionRun } from './retention/retention.js';

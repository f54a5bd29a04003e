import { AccountEntity, ApiKeyEntity } from './account.entities.js';
import { IntegrationEntity, InboundSecretEntity, InboundSecretKeyEntity } from './integration.entities.js';
import {
  AssessmentPackageEntity,
  AssessmentEntity,
  AssessmentResultEntity,
  AssessmentTimelineEntity,
  PartnerReportEntity,
  FileEntity,
} from './assessment.entities.js';
import {
  WebhookEndpointEntity,
  EndpointSecretEntity,
  EndpointRunEntity,
  EventEntity,
  DeliveryWorkEntity,
  AttemptEntity,
} from './delivery.entities.js';
import { EndpointChoreEntity, RecoveryEntity } from './recovery.entities.js';
import {
  ClockEntity,
  EncryptionCheckEntity,
  IdempotencyKeyEntity,
  SandboxDocumentEntity,
} from './operations.entities.js';

/** Every entity; a test holds them and the migrated schema equal. */
export const ENTITIES = [
  AccountEntity,
  ApiKeyEntity,
  IntegrationEntity,
  InboundSecretEntity,
  InboundSecretKeyEntity,
  AssessmentPackageEntity,
  AssessmentEntity,
  AssessmentResultEntity,
  AssessmentTimelineEntity,
  PartnerReportEntity,
  FileEntity,
  WebhookEndpointEntity,
  EndpointSecretEntity,
  EndpointRunEntity,
  EventEntity,
  DeliveryWorkEntity,
  AttemptEntity,
  RecoveryEntity,
  EndpointChoreEntity,
  ClockEntity,
  EncryptionCheckEntity,
  IdempotencyKeyEntity,
  SandboxDocumentEntity,
];

export {
  AccountEntity,
  ApiKeyEntity,
  IntegrationEntity,
  InboundSecretEntity,
  InboundSecretKeyEntity,
  AssessmentPackageEntity,
  AssessmentEntity,
  AssessmentResultEntity,
  AssessmentTimelineEntity,
  PartnerReportEntity,
  FileEntity,
  WebhookEndpointEntity,
  EndpointSecretEntity,
  EndpointRunEntity,
  EventEntity,
  DeliveryWorkEntity,
  AttemptEntity,
  RecoveryEntity,
  EndpointChoreEntity,
  ClockEntity,
  EncryptionCheckEntity,
  IdempotencyKeyEntity,
  SandboxDocumentEntity,
};

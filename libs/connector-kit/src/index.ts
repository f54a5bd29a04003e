export { defineConnector, type Connector } from './connector.js';
export type {
  AssessmentsPart,
  PartnerAction,
  PartnerRoute,
  PlaceOrderRoute,
  ListPackagesRoute,
  GetPackageRoute,
  ReadStatusRoute,
  CancelOrderRoute,
  ReportErrorRoute,
  IssueTokenRoute,
  DisconnectRoute,
  StaticRoute,
  PartnerFailure,
  PartnerFailureKind,
  CanonicalOrder,
  OrderedPackage,
  PlacedOrder,
  StatusView,
  ReportedError,
  ResultSignal,
  ResultContext,
  OutboundRequest,
  OutboundReply,
  SignalVerdict,
  SetupContext,
  SetupKit,
  SecretSpec,
} from './assessments.js';
export { basicKeyAsUser, bearerKey, headerKey, basicAuthorization, type InboundAuth } from './auth.js';
export { json, text, empty } from './responses.js';
export { UnreadableOrder, readWith } from './reading.js';
export type {
  SandboxPart,
  SandboxHub,
  SandboxReply,
  SandboxStore,
  SandboxContext,
  SandboxRoute,
  SandboxRequest,
  SandboxResponse,
  SandboxDesk,
  SandboxDeskView,
  SandboxCandidate,
  SandboxOrder,
  SandboxComplaint,
} from './sandbox.js';
export type { PartnerRequest, PartnerResponse } from './partner-http.js';
export * from './api/index.js';

import type { EnumValue, Money } from './values.js';
import type { RemoteRecord } from './records.js';

export type InterviewStatus =
  | 'UNSCHEDULED'
  | 'SCHEDULED'
  | 'COMPLETED'
  | 'AWAITING_FEEDBACK'
  | 'SKIPPED'
  | 'TEST_TO_BE_SENT'
  | 'TEST_SENT'
  | 'TEST_RECEIVED';

export interface Interview extends RemoteRecord {
  applicationRemoteId: string | null;
  jobRemoteId: string | null;
  stageRemoteId: string | null;
  title: string | null;
  status: EnumValue<InterviewStatus>;
  startAt: string | null;
  endAt: string | null;
  location: string | null;
  meetingUrl: string | null;
  organizerRemoteId: string | null;
  interviewerRemoteIds: string[];
}

export type Recommendation = 'STRONG_YES' | 'YES' | 'NO_DECISION' | 'NO' | 'STRONG_NO';

export interface Scorecard extends RemoteRecord {
  applicationRemoteId: string | null;
  candidateRemoteId: string | null;
  interviewRemoteId: string | null;
  authorRemoteId: string | null;
  recommendation: EnumValue<Recommendation>;
  isSubmitted: boolean | null;
  submittedAt: string | null;
  interviewedAt: string | null;
  comment: string | null;
}

export type OfferStatus = 'DRAFT' | 'PENDING_APPROVAL' | 'APPROVED' | 'SENT' | 'ACCEPTED' | 'DECLINED' | 'SUPERSEDED';

export interface Offer extends RemoteRecord {
  applicationRemoteId: string | null;
  candidateRemoteId: string | null;
  jobRemoteId: string | null;
  creatorRemoteId: string | null;
  status: EnumValue<OfferStatus>;
  version: number | null;
  sentAt: string | null;
  resolvedAt: string | null;
  startDate: string | null;
  compensation: Money[];
}

/** Sensitive: see SENSITIVE_MODELS. */
export interface EeocAnswer extends RemoteRecord {
  candidateRemoteId: string | null;
  applicationRemoteId: string | null;
  submittedAt: string | null;
  gender: EnumValue<'MALE' | 'FEMALE' | 'NON_BINARY' | 'DECLINED'>;
  race: EnumValue<string>;
  veteranStatus: EnumValue<'PROTECTED' | 'NOT_PROTECTED' | 'DECLINED'>;
  disabilityStatus: EnumValue<'YES' | 'NO' | 'DECLINED'>;
}

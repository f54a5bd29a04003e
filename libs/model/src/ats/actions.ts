import type { ModelName } from './models.js';
import type { Visibility } from './records.js';

/** Who or what an action is about is named by the ATS's own ids here; the API takes ours and translates. */
export interface CandidateInput {
  firstName?: string;
  lastName?: string;
  preferredName?: string | null;
  title?: string | null;
  company?: string | null;
  /** `type` in our words; a list replaces the ATS's. */
  emails?: { value: string; type: string }[];
  phones?: { value: string; type: string }[];
  addresses?: { value: string; type: string }[];
  websites?: { value: string; type: string }[];
  /** Addresses of profiles, LinkedIn's for example. */
  socialLinks?: string[];
  tags?: string[];
  isPrivate?: boolean;
  canEmail?: boolean;
  recruiterRemoteId?: string | null;
  coordinatorRemoteId?: string | null;
  customFields?: { key: string; value: unknown }[];
  /** Fields of the ATS's own that we have no name for, by theirs. */
  otherFields?: { key: string; value: unknown }[];
}

export interface ApplicationInput {
  jobRemoteId?: string;
  stageRemoteId?: string;
  sourceRemoteId?: string;
  recruiterRemoteId?: string;
  coordinatorRemoteId?: string;
  customFields?: { key: string; value: unknown }[];
}

export interface ProspectInput {
  jobRemoteIds?: string[];
  prospectPoolRemoteId?: string;
  prospectPoolStageRemoteId?: string;
  ownerRemoteId?: string;
  sourceRemoteId?: string;
}

export interface FileInput {
  filename: string;
  contentType: string;
  /** Exactly one of the two: where the ATS fetches it, or its bytes in base64. */
  url?: string;
  content?: string;
}

/** What each action takes, after the API has checked it and put the ATS's ids in the place of ours. */
export interface ActionInputs {
  'candidates.create': { candidate: CandidateInput; application?: ApplicationInput };
  'candidates.update': { candidateRemoteId: string; candidate: CandidateInput };
  'prospects.create': { candidate: CandidateInput; prospect: ProspectInput };
  'applications.create': { candidateRemoteId: string; application: ApplicationInput };
  'notes.create': {
    candidateRemoteId: string;
    applicationRemoteId?: string;
    type: 'NOTE' | 'ACTIVITY' | 'EMAIL';
    visibility: Visibility;
    subject?: string;
    body: string;
    email?: { from: string[]; to: string[]; cc: string[] };
  };
  'attachments.create': {
    candidateRemoteId: string;
    applicationRemoteId?: string;
    type: string;
    visibility: Visibility;
    file: FileInput;
  };
  'educations.create': {
    candidateRemoteId: string;
    institution?: string;
    degree?: string;
    field?: string;
    startDate?: string;
    endDate?: string;
  };
  'educations.remove': { candidateRemoteId: string; educationRemoteId: string };
  'employments.create': {
    candidateRemoteId: string;
    company: string;
    title: string;
    startDate: string;
    endDate?: string;
  };
  'employments.remove': { candidateRemoteId: string; employmentRemoteId: string };
  'tags.add': { candidateRemoteId: string; name: string };
  'tags.remove': { candidateRemoteId: string; name: string };
  /** From one stage to another of the same job, or to another job. */
  'applications.move': {
    applicationRemoteId: string;
    /** Where the caller believes it to be; the move is refused when it is elsewhere. */
    fromStageRemoteId?: string;
    toStageRemoteId?: string;
    toJobRemoteId?: string;
  };
  'applications.reject': {
    applicationRemoteId: string;
    rejectReasonRemoteId?: string;
    notes?: string;
    /** Absent: the candidate gets no e-mail. */
    email?: { templateRemoteId: string; sendAt?: string; fromUserRemoteId?: string };
  };
  'applications.unreject': { applicationRemoteId: string };
  'applications.hire': { applicationRemoteId: string; startDate?: string; openingRemoteId?: string };
}

export type ActionName = keyof ActionInputs;

/** What an action did, in the ATS's ids. */
export interface ActionOutcome {
  /** Of what it made, when it made something. */
  remoteId: string | null;
  /** Records that are different now and are to be read again. */
  changed: { model: ModelName; remoteIds: string[] }[];
  /** Sentences for the caller, e.g. about what the ATS left out. */
  warnings: string[];
}

import type { EeocAnswer, Interview, Offer, Scorecard } from './evaluation.js';
import type { Address, CustomField, Email, EnumValue, Link, Phone, RemoteFile } from './values.js';

/**
 * What every mapped record has. `remoteId` is the ATS's own id as text. Times are RFC 3339 in UTC, and null when the ATS
 * does not say. Lists are never null. Fields that the ATS cannot give are null too; coverage tells the two apart.
 */
export interface RemoteRecord {
  remoteId: string;
  /** A link into the ATS's own screens. */
  remoteUrl: string | null;
  remoteCreatedAt: string | null;
  remoteUpdatedAt: string | null;
  customFields: CustomField[];
}

export interface Education {
  remoteId: string | null;
  institution: string | null;
  degree: string | null;
  field: string | null;
  /** `YYYY-MM-DD`, or less of it where the ATS knows less. */
  startDate: string | null;
  endDate: string | null;
}

export interface Employment {
  remoteId: string | null;
  company: string | null;
  title: string | null;
  startDate: string | null;
  endDate: string | null;
}

export interface Candidate extends RemoteRecord {
  firstName: string | null;
  lastName: string | null;
  /** Only where the ATS has it as such. */
  fullName: string | null;
  preferredName: string | null;
  title: string | null;
  company: string | null;
  emails: Email[];
  phones: Phone[];
  links: Link[];
  addresses: Address[];
  /** Names of tags. */
  tags: string[];
  isPrivate: boolean | null;
  canEmail: boolean | null;
  timeZone: string | null;
  recruiterRemoteId: string | null;
  coordinatorRemoteId: string | null;
  educations: Education[];
  employments: Employment[];
  lastActivityAt: string | null;
}

export type ApplicationStatus = 'ACTIVE' | 'ON_HOLD' | 'HIRED' | 'REJECTED' | 'WITHDRAWN' | 'CONVERTED';

export interface Answer {
  question: string;
  answer: string | null;
}

export interface Application extends RemoteRecord {
  candidateRemoteId: string | null;
  /** null for a prospect. */
  jobRemoteId: string | null;
  prospectiveJobRemoteIds: string[];
  jobPostingRemoteId: string | null;
  status: EnumValue<ApplicationStatus>;
  isProspect: boolean | null;
  stageRemoteId: string | null;
  stageName: string | null;
  sourceRemoteId: string | null;
  recruiterRemoteId: string | null;
  coordinatorRemoteId: string | null;
  prospectPoolRemoteId: string | null;
  rejectReasonRemoteId: string | null;
  appliedAt: string | null;
  hiredAt: string | null;
  rejectedAt: string | null;
  lastActivityAt: string | null;
  location: string | null;
  answers: Answer[];
}

export type JobStatus = 'DRAFT' | 'PENDING' | 'OPEN' | 'ON_HOLD' | 'CLOSED' | 'FILLED' | 'ARCHIVED';
export type HiringRole = 'HIRING_MANAGER' | 'RECRUITER' | 'COORDINATOR' | 'SOURCER' | 'INTERVIEWER';

export interface HiringTeamMember {
  userRemoteId: string;
  role: EnumValue<HiringRole>;
}

export interface Job extends RemoteRecord {
  title: string | null;
  /** The number people know it by. */
  code: string | null;
  status: EnumValue<JobStatus>;
  isConfidential: boolean | null;
  isTemplate: boolean | null;
  /** HTML as the ATS has it. */
  notesHtml: string | null;
  departmentRemoteIds: string[];
  officeRemoteIds: string[];
  hiringTeam: HiringTeamMember[];
  openedAt: string | null;
  closedAt: string | null;
}

export type JobPostingStatus = 'PUBLISHED' | 'DRAFT' | 'PENDING' | 'CLOSED' | 'ARCHIVED';
export type QuestionType =
  | 'SHORT_TEXT'
  | 'LONG_TEXT'
  | 'EMAIL'
  | 'URL'
  | 'NUMBER'
  | 'DATE'
  | 'BOOLEAN'
  | 'SINGLE_SELECT'
  | 'MULTI_SELECT'
  | 'FILE';

export interface Question {
  remoteId: string | null;
  title: string;
  type: EnumValue<QuestionType>;
  isRequired: boolean | null;
  options: { remoteId: string | null; label: string }[];
}

export interface JobPosting extends RemoteRecord {
  /** null for a posting that gathers prospects. */
  jobRemoteId: string | null;
  title: string | null;
  status: EnumValue<JobPostingStatus>;
  isInternal: boolean | null;
  /** HTML as the ATS has it; the API also gives it as clean text (`contentText`). */
  contentHtml: string | null;
  language: string | null;
  location: string | null;
  url: string | null;
  questions: Question[];
  publishedAt: string | null;
}

export interface JobStage extends RemoteRecord {
  jobRemoteId: string | null;
  name: string | null;
  /** From 0. */
  order: number | null;
  isActive: boolean | null;
}

export interface Department extends RemoteRecord {
  name: string | null;
  parentRemoteId: string | null;
  externalId: string | null;
}

export interface Office extends RemoteRecord {
  name: string | null;
  parentRemoteId: string | null;
  externalId: string | null;
  location: string | null;
}

export interface User extends RemoteRecord {
  firstName: string | null;
  lastName: string | null;
  fullName: string | null;
  /** Of lists the first one. */
  email: string | null;
  emails: string[];
  title: string | null;
  isActive: boolean | null;
  isAdmin: boolean | null;
  employeeNumber: string | null;
  departmentRemoteIds: string[];
  officeRemoteIds: string[];
}

export interface Source extends RemoteRecord {
  name: string | null;
  /** The ATS's grouping of sources. */
  category: string | null;
}

export interface ProspectPool extends RemoteRecord {
  name: string | null;
  description: string | null;
  isActive: boolean | null;
  jobRemoteIds: string[];
  departmentRemoteIds: string[];
  officeRemoteIds: string[];
  stages: { remoteId: string; name: string | null; order: number | null }[];
}

export type RejectedBy = 'BY_ORGANIZATION' | 'BY_CANDIDATE' | 'NOT_SPECIFIED' | 'SECURITY_CONCERN';

export interface RejectReason extends RemoteRecord {
  name: string | null;
  type: EnumValue<RejectedBy>;
}

export type AttachmentType =
  'RESUME' | 'COVER_LETTER' | 'TAKE_HOME_TEST' | 'OFFER_PACKET' | 'OFFER_LETTER' | 'SIGNED_OFFER_LETTER' | 'FORM';

export interface Attachment extends RemoteRecord {
  candidateRemoteId: string | null;
  applicationRemoteId: string | null;
  jobRemoteId: string | null;
  type: EnumValue<AttachmentType>;
  file: RemoteFile;
}

export type NoteType = 'NOTE' | 'EMAIL' | 'ACTIVITY' | 'INTERVIEW' | 'FEEDBACK' | 'TAKE_HOME_TEST' | 'TASK';
export type Visibility = 'PUBLIC' | 'PRIVATE' | 'ADMIN_ONLY';

export interface Note extends RemoteRecord {
  candidateRemoteId: string | null;
  applicationRemoteId: string | null;
  authorRemoteId: string | null;
  type: EnumValue<NoteType>;
  subject: string | null;
  /** As the ATS has it; may be HTML. */
  body: string | null;
  visibility: EnumValue<Visibility>;
}

export interface Tag extends RemoteRecord {
  name: string | null;
}

/** What the records of each model look like when a connector has mapped them. */
export interface RecordsByModel {
  candidates: Candidate;
  applications: Application;
  jobs: Job;
  'job-postings': JobPosting;
  'job-stages': JobStage;
  departments: Department;
  offices: Office;
  users: User;
  sources: Source;
  'prospect-pools': ProspectPool;
  'reject-reasons': RejectReason;
  attachments: Attachment;
  notes: Note;
  interviews: Interview;
  scorecards: Scorecard;
  offers: Offer;
  tags: Tag;
  eeoc: EeocAnswer;
}

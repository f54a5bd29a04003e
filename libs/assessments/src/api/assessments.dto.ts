import {
  IdString,
  JsonObject,
  Name,
  NestedList,
  Num,
  Flag,
  OneOf,
  PageQueryDto,
  Text,
  Timestamp,
  Url,
} from '#libs/http';
import { ASSESSMENT_STATUSES, type AssessmentStatus, type Outcome, OUTCOMES } from '#libs/model';

const MAX_TRAITS = 100;
const OPTIONAL = { optional: true, nullable: true };

const TRAIT = { name: 'Algorithms', score: 40, maxScore: 50, comment: 'Two of three solved', visible: true };

export class TraitInputDto {
  @Name({ example: TRAIT.name })
  name!: string;

  @Num({ ...OPTIONAL, example: TRAIT.score })
  score?: number | null;

  @Num({ ...OPTIONAL, example: TRAIT.maxScore })
  maxScore?: number | null;

  @Text({ ...OPTIONAL, example: TRAIT.comment })
  comment?: string | null;

  @Flag({ optional: true, description: 'false keeps it from the ATS; true by default.', example: true })
  visible?: boolean;
}

/** Progress or the result; what is left out stays as it is, null takes a value back. */
export class ReportDto {
  @OneOf(ASSESSMENT_STATUSES, { optional: true, example: 'COMPLETED' })
  status?: AssessmentStatus;

  @Num({ ...OPTIONAL, description: 'As the ATS shall show it.', example: 82 })
  score?: number | null;

  @Num({ ...OPTIONAL, example: 100 })
  maxScore?: number | null;

  @OneOf(OUTCOMES, { ...OPTIONAL, example: 'PASS' })
  outcome?: Outcome | null;

  @Url({
    ...OPTIONAL,
    description: 'The report; COMPLETED needs one that is public https.',
    example: 'https://reports.northwind.example/r/7c1e5b',
  })
  profileUrl?: string | null;

  @Text({ ...OPTIONAL, example: 'Strong in algorithms, solid in system design.' })
  summary?: string | null;

  @NestedList(() => TraitInputDto, { ...OPTIONAL, max: MAX_TRAITS, example: [TRAIT] })
  traits?: TraitInputDto[] | null;

  @JsonObject({ ...OPTIONAL, description: 'Kept for you; the ATS does not see it.', example: { attempt: 'a-118' } })
  metaData?: Record<string, unknown> | null;

  @Timestamp({ ...OPTIONAL, example: '2026-11-21T09:14:00Z' })
  startedAt?: string | null;

  @Timestamp({ ...OPTIONAL, example: '2026-11-21T10:02:00Z' })
  completedAt?: string | null;
}

export class ListAssessmentsDto extends PageQueryDto {
  @OneOf(ASSESSMENT_STATUSES, { optional: true, example: 'COMPLETED' })
  status?: AssessmentStatus;

  @OneOf(OUTCOMES, { optional: true, example: 'PASS' })
  outcome?: Outcome;

  @IdString({ optional: true, example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' })
  integrationId?: string;

  @IdString({ optional: true, example: 'backend-l2' })
  packageId?: string;

  @IdString({ optional: true, example: '87456321' })
  applicationId?: string;

  @Timestamp({ optional: true, description: 'Ordered after this.', example: '2026-11-01T00:00:00Z' })
  createdAfter?: string;

  @Timestamp({ optional: true, description: 'Changed after this.', example: '2026-11-01T00:00:00Z' })
  updatedAfter?: string;
}

/** An example of a whole record, for the documentation. */
export const RECORD_EXAMPLE = {
  applicationId: '87456321',
  assessmentPackage: {
    description: '90 minutes, three tasks',
    id: 'backend-l2',
    metaData: { track: 'backend' },
    name: 'Backend Engineer, level 2',
    type: 'CODING_CHALLENGE',
  },
  callbackUrl: 'https://ats.example/take_home_tests/12345',
  candidate: {
    emails: [{ email: 'john@example.com', type: 'PERSONAL' }],
    firstName: 'John',
    id: '762198',
    lastName: 'Doe',
    links: ['https://johndoe.dev/resume'],
    location: null,
    phones: [{ phoneNumber: '+1-555-123-4567', type: 'NOT_SPECIFIED' }],
  },
  id: 'ats_ass_PkX8gRRNx05D1cKvomNCW5',
  jobId: null,
  metaData: null,
  originData: { 'the whole order of the ATS': 'unchanged' },
  status: 'COMPLETED',
};

const WRITEBACK_EXAMPLE = { state: 'FETCHED', attempts: 1, lastError: null, lastAt: '2026-11-21T10:02:04.120Z' };

const SUMMARY_EXAMPLE = {
  ...RECORD_EXAMPLE,
  integrationId: 'int_0Mrh4K7dT1cQpJx2vLw8Zb',
  provider: 'acme-ats',
  outcome: 'PASS',
  startedAt: '2026-11-21T09:14:00.000Z',
  completedAt: '2026-11-21T10:02:00.000Z',
  writeback: WRITEBACK_EXAMPLE,
  createdAt: '2026-11-20T15:00:00.000Z',
  updatedAt: '2026-11-21T10:02:03.210Z',
};

const RESULT_EXAMPLE = {
  version: 1,
  status: 'COMPLETED',
  score: 82,
  maxScore: 100,
  outcome: 'PASS',
  profileUrl: 'https://reports.northwind.example/r/7c1e5b',
  summary: 'Strong in algorithms, solid in system design.',
  traits: [TRAIT],
  metaData: { attempt: 'a-118' },
  startedAt: '2026-11-21T09:14:00.000Z',
  completedAt: '2026-11-21T10:02:00.000Z',
  createdAt: '2026-11-21T10:02:03.210Z',
};

export const DETAIL_EXAMPLE = {
  ...SUMMARY_EXAMPLE,
  result: RESULT_EXAMPLE,
  results: [RESULT_EXAMPLE],
  timeline: [{ at: '2026-11-20T15:00:00.000Z', type: 'ORDERED', data: { packageId: 'backend-l2' } }],
  resume: {
    url: 'https://hub.example/v1/files/fil_0Mrh4K7dT1cQpJx2vLw8Zb',
    status: 'STORED',
    name: 'cv.pdf',
    contentType: 'application/pdf',
    sizeBytes: 48_213,
    error: null,
  },
};

/** The schemas of what is read; the record's own fields are described in the guide to events. */
export const SUMMARY_SCHEMA = { type: 'object', example: SUMMARY_EXAMPLE };
export const DETAIL_SCHEMA = { type: 'object', example: DETAIL_EXAMPLE };
export const PAGE_SCHEMA = { type: 'object', example: { data: [SUMMARY_EXAMPLE], nextCursor: null } };

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The vendor's catalogue. */
@Entity({ name: 'assessment_packages' })
export class AssessmentPackageEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'external_id', type: 'text', collation: 'C' })
  externalId!: string;

  @Column({ name: 'name', type: 'text' })
  name!: string;

  @Column({ name: 'description', type: 'text', nullable: true })
  description!: string | null;

  @Column({ name: 'type', type: 'text', nullable: true })
  type!: string | null;

  @Column({ name: 'status', type: 'text' })
  status!: string;

  @Column({ name: 'max_score', type: 'double precision', nullable: true })
  maxScore!: number | null;

  @Column({ name: 'pass_score', type: 'double precision', nullable: true })
  passScore!: number | null;

  @Column({ name: 'duration_minutes', type: 'integer', nullable: true })
  durationMinutes!: number | null;

  @Column({ name: 'integration_ids', type: 'text', array: true, nullable: true })
  integrationIds!: string[] | null;

  @Column({ name: 'meta_data', type: 'json', nullable: true })
  metaData!: unknown;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt!: Date;
}

/** A candidateAssessment: one order of one test for one candidate. */
@Entity({ name: 'assessments' })
export class AssessmentEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @Column({ name: 'provider', type: 'text' })
  provider!: string;

  @Column({ name: 'dedupe', type: 'uuid' })
  dedupe!: string;

  @Column({ name: 'status', type: 'text' })
  status!: string;

  @Column({ name: 'outcome', type: 'text', default: () => "'NONE'" })
  outcome!: string;

  @Column({ name: 'application_id', type: 'text', nullable: true })
  applicationId!: string | null;

  @Column({ name: 'job_id', type: 'text', nullable: true })
  jobId!: string | null;

  @Column({ name: 'candidate', type: 'json' })
  candidate!: unknown;

  @Column({ name: 'package_id', type: 'text' })
  packageId!: string;

  @Column({ name: 'package', type: 'json' })
  package!: unknown;

  @Column({ name: 'callback_url', type: 'text', nullable: true })
  callbackUrl!: string | null;

  @Column({ name: 'meta_data', type: 'json', nullable: true })
  metaData!: unknown;

  @Column({ name: 'origin_data', type: 'json' })
  originData!: unknown;

  @Column({ name: 'resume_file_id', type: 'text', collation: 'C', nullable: true })
  resumeFileId!: string | null;

  @Column({ name: 'started_at', type: 'timestamptz', precision: 3, nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'completed_at', type: 'timestamptz', precision: 3, nullable: true })
  completedAt!: Date | null;

  @Column({ name: 'result_version', type: 'integer', default: () => '0' })
  resultVersion!: number;

  @Column({ name: 'writeback_state', type: 'text', default: () => "'NONE'" })
  writebackState!: string;

  @Column({ name: 'writeback_attempts', type: 'integer', default: () => '0' })
  writebackAttempts!: number;

  @Column({ name: 'writeback_error', type: 'text', nullable: true })
  writebackError!: string | null;

  @Column({ name: 'writeback_at', type: 'timestamptz', precision: 3, nullable: true })
  writebackAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt!: Date;
}

/** What the vendor reported, version by version. */
@Entity({ name: 'assessment_results' })
export class AssessmentResultEntity {
  @PrimaryColumn({ name: 'assessment_id', type: 'text', collation: 'C' })
  assessmentId!: string;

  @PrimaryColumn({ name: 'version', type: 'integer' })
  version!: number;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'status', type: 'text' })
  status!: string;

  @Column({ name: 'score', type: 'double precision', nullable: true })
  score!: number | null;

  @Column({ name: 'max_score', type: 'double precision', nullable: true })
  maxScore!: number | null;

  @Column({ name: 'outcome', type: 'text' })
  outcome!: string;

  @Column({ name: 'profile_url', type: 'text', nullable: true })
  profileUrl!: string | null;

  @Column({ name: 'summary', type: 'text', nullable: true })
  summary!: string | null;

  @Column({ name: 'traits', type: 'json' })
  traits!: unknown;

  @Column({ name: 'meta_data', type: 'json', nullable: true })
  metaData!: unknown;

  @Column({ name: 'started_at', type: 'timestamptz', precision: 3, nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'completed_at', type: 'timestamptz', precision: 3, nullable: true })
  completedAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}

/** What happened to an assessment, for people. */
@Entity({ name: 'assessment_timeline' })
export class AssessmentTimelineEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'assessment_id', type: 'text', collation: 'C' })
  assessmentId!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  at!: Date;

  @Column({ name: 'type', type: 'text' })
  type!: string;

  @Column({ name: 'data', type: 'json' })
  data!: unknown;
}

/** Complaints of an ATS about our answers. */
@Entity({ name: 'partner_reports' })
export class PartnerReportEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @Column({ name: 'assessment_id', type: 'text', collation: 'C', nullable: true })
  assessmentId!: string | null;

  @Column({ name: 'at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  at!: Date;

  @Column({ name: 'call', type: 'text' })
  call!: string;

  @Column({ name: 'errors', type: 'json' })
  errors!: unknown;

  @Column({ name: 'body', type: 'json' })
  body!: unknown;
}

/** A file kept by the hub. */
@Entity({ name: 'files' })
export class FileEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'integration_id', type: 'text', collation: 'C', nullable: true })
  integrationId!: string | null;

  @Column({ name: 'state', type: 'text' })
  state!: string;

  @Column({ name: 'name', type: 'text', nullable: true })
  name!: string | null;

  @Column({ name: 'content_type', type: 'text', nullable: true })
  contentType!: string | null;

  @Column({ name: 'size_bytes', type: 'bigint', nullable: true })
  sizeBytes!: string | null;

  @Column({ name: 'sha256', type: 'text', nullable: true })
  sha256!: string | null;

  @Column({ name: 'error', type: 'text', nullable: true })
  error!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'stored_at', type: 'timestamptz', precision: 3, nullable: true })
  storedAt!: Date | null;
}

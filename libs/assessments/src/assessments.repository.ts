import { Injectable } from '@nestjs/common';
import type { AssessmentStatus, Outcome } from '#libs/model';
import { Database, type Queryable, type Statement } from '#libs/store';
import {
  ASSESSMENT_COLUMNS,
  ASSESSMENT_TABLES,
  type AssessmentRow,
  RESULT_JSON,
  type ResultRow,
} from './assessment-row.js';

/** An assessment held for a change. */
export interface LockedAssessment extends AssessmentRow {
  /** The highest version there ever was; after a reset it is higher than the current one. */
  lastVersion: number;
  reportClosed: boolean;
}

/** Everything about one assessment. */
export interface AssessmentDetail extends AssessmentRow {
  results: ResultRow[];
  timeline: { id: string; at: string; type: string; data: Record<string, unknown> }[];
  resume: {
    status: string;
    name: string | null;
    contentType: string | null;
    sizeBytes: number | null;
    error: string | null;
    settledAt: string | null;
  } | null;
}

export interface AssessmentFilter {
  status?: AssessmentStatus;
  outcome?: Outcome;
  integrationId?: string;
  packageId?: string;
  applicationId?: string;
  createdAfter?: string;
  updatedAfter?: string;
}

const FOR_STATUS: Statement = {
  name: 'assessments-for-status',
  text: `SELECT ${ASSESSMENT_COLUMNS} FROM ${ASSESSMENT_TABLES}
    WHERE a.account_id = $1 AND a.integration_id = $2 AND a.id = $3`,
};

const LOCK: Statement = {
  name: 'assessments-lock',
  text: `SELECT id FROM assessments
    WHERE account_id = $1 AND id = $2 AND ($3::text IS NULL OR integration_id = $3) FOR NO KEY UPDATE`,
};

const FOR_CHANGE: Statement = {
  name: 'assessments-for-change',
  text: `SELECT ${ASSESSMENT_COLUMNS}, i.report_closed AS "reportClosed",
      (SELECT coalesce(max(version), 0) FROM assessment_results v WHERE v.assessment_id = a.id) AS "lastVersion"
    FROM ${ASSESSMENT_TABLES} JOIN integrations i ON i.id = a.integration_id
    WHERE a.account_id = $1 AND a.id = $2`,
};

const DETAIL = `
  SELECT ${ASSESSMENT_COLUMNS},
    (SELECT coalesce(json_agg(${RESULT_JSON} ORDER BY r.version), '[]') FROM assessment_results r
      WHERE r.assessment_id = a.id) AS results,
    (SELECT coalesce(json_agg(json_build_object('id', t.id, 'at', t.at, 'type', t.type, 'data', t.data) ORDER BY t.id), '[]')
      FROM assessment_timeline t WHERE t.assessment_id = a.id) AS timeline,
    (SELECT json_build_object('status', f.state, 'name', f.name, 'contentType', f.content_type,
        'sizeBytes', f.size_bytes, 'error', f.error, 'settledAt', f.stored_at)
      FROM files f WHERE f.id = a.resume_file_id AND f.account_id = a.account_id) AS resume
  FROM ${ASSESSMENT_TABLES}
  WHERE a.account_id = $1 AND a.id = $2 AND ($3::text IS NULL OR a.integration_id = $3)`;

const PAGE = `
  SELECT ${ASSESSMENT_COLUMNS} FROM ${ASSESSMENT_TABLES}
  WHERE a.account_id = $1 AND ($2::text IS NULL OR a.id < $2) AND ($3::text IS NULL OR a.status = $3)
    AND ($4::text IS NULL OR a.outcome = $4) AND ($5::text IS NULL OR a.integration_id = $5)
    AND ($6::text IS NULL OR a.package_id = $6) AND ($7::text IS NULL OR a.application_id = $7)
    AND ($8::timestamptz IS NULL OR a.created_at > $8) AND ($9::timestamptz IS NULL OR a.updated_at > $9)
  ORDER BY a.id DESC LIMIT $10`;

/** The statements that read assessments; every one names the account. */
@Injectable()
export class AssessmentsRepository {
  constructor(private readonly database: Database) {}

  /** As one integration's ATS may see it. */
  async findForStatus(accountId: string, integrationId: string, id: string): Promise<AssessmentRow | null> {
    const [row] = await this.database.query<AssessmentRow>(FOR_STATUS, [accountId, integrationId, id]);
    return row ?? null;
  }

  /** Locks an assessment until the end of `tx`; `integrationId` narrows it to that integration's. */
  async lock(
    tx: Queryable,
    { accountId, id, integrationId }: { accountId: string; id: string; integrationId: string | null },
  ): Promise<LockedAssessment | null> {
    const [locked] = await tx.query(LOCK, [accountId, id, integrationId]);
    if (!locked) return null;
    // Read in a second statement: one that had to wait for the lock would join the results as they were before.
    const [row] = await tx.query<LockedAssessment>(FOR_CHANGE, [accountId, id]);
    return row ?? null;
  }

  async findDetail(accountId: string, id: string, integrationId: string | null): Promise<AssessmentDetail | null> {
    const [row] = await this.database.query<AssessmentDetail>(DETAIL, [accountId, id, integrationId]);
    return row ?? null;
  }

  /** Newest first, from below the id `before`. */
  findPage(
    accountId: string,
    filter: AssessmentFilter,
    page: { before: string | null; limit: number },
  ): Promise<AssessmentRow[]> {
    const { status, outcome, integrationId, packageId, applicationId, createdAfter, updatedAfter } = filter;
    const given = [status, outcome, integrationId, packageId, applicationId, createdAfter, updatedAfter];
    return this.database.query<AssessmentRow>(PAGE, [
      accountId,
      page.before,
      ...given.map((value) => value ?? null),
      page.limit,
    ]);
  }
}

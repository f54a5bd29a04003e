import { Inject, Injectable } from '@nestjs/common';
import type { ReportedError } from '#libs/connector-kit';
import type { PartnerIdentity } from '#libs/integrations';
import { isId, newId } from '#libs/model';
import { Database } from '#libs/store';
import { LOGGER, type Logger, Metrics } from '#libs/telemetry';
import type { Counter } from 'prom-client';
import { appendToTimeline } from '../timeline.js';

const MAX_ERRORS = 100;
const MAX_TEXT = 2000;

/** Keeps what ATSs complain about, for the people who run the integration. */
@Injectable()
export class PartnerReportsService {
  private readonly counter: Counter<'provider'>;

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
    metrics: Metrics,
  ) {
    this.counter = metrics.counter({
      name: 'partner_reports_total',
      help: 'Answers of ours an ATS complained about',
      labels: ['provider'],
    });
  }

  /** Stores a complaint, and puts it on the timeline of the assessment it names if that is this integration's. */
  async keep(identity: PartnerIdentity, { call, errors, assessmentId }: ReportedError, body: unknown): Promise<void> {
    const { accountId, integrationId, provider } = identity;
    const kept = errors.slice(0, MAX_ERRORS).map((error) => error.slice(0, MAX_TEXT).toWellFormed());
    const reportId = newId('report');
    await this.database.transaction(async (tx) => {
      const named = assessmentId !== null && isId('assessment', assessmentId) ? assessmentId : null;
      const [report] = await tx.query<{ assessmentId: string | null }>(
        `INSERT INTO partner_reports (id, account_id, integration_id, assessment_id, call, errors, body)
         VALUES ($1, $2, $3, (SELECT id FROM assessments WHERE account_id = $2 AND integration_id = $3 AND id = $4),
           $5, $6, $7) RETURNING assessment_id AS "assessmentId"`,
        [reportId, accountId, integrationId, named, call, JSON.stringify(kept), JSON.stringify(body ?? null)],
      );
      if (!report?.assessmentId) return;
      const data = { reportId, call, errors: kept };
      await appendToTimeline(tx, [{ accountId, assessmentId: report.assessmentId, type: 'RESPONSE_ERROR', data }]);
    });
    this.counter.inc({ provider });
    this.log.warn({ provider, accountId, integrationId, reportId }, 'an ATS did not like an answer');
  }
}

import { Injectable } from '@nestjs/common';
import type { ChangedIntegration } from '#libs/integrations';
import { callbackEndpointId, eventTime, newEventId } from '#libs/model';
import { Database, type Queryable, type Statement } from '#libs/store';
import { ASSESSMENT_COLUMNS, ASSESSMENT_TABLES, type AssessmentRow } from '../assessment-row.js';
import { CALLBACK_EVENT, type CallbackInstruction } from './callback-instruction.js';

/** An assessment whose ATS is to be told, with the settings of its integration. */
export interface CallbackAssessment extends AssessmentRow {
  reportClosed: boolean;
  allowedCallbackHosts: string[];
}

const FIND: Statement = {
  name: 'callbacks-find',
  text: `SELECT ${ASSESSMENT_COLUMNS}, i.report_closed AS "reportClosed", i.allowed_callback_hosts AS "allowedCallbackHosts"
    FROM ${ASSESSMENT_TABLES} JOIN integrations i ON i.id = a.integration_id
    WHERE a.account_id = $1 AND a.id = $2`,
};

const REQUEUE = `
  UPDATE assessments SET writeback_state = 'QUEUED', writeback_attempts = 0, writeback_error = NULL, writeback_at = NULL
  WHERE account_id = $1 AND integration_id = $2 AND writeback_state = 'FAILED'
    AND writeback_error = $3
  RETURNING id, provider, result_version AS version, updated_at AS "changedAt"`;

const INSERT_WORK = `
  WITH d AS (
    SELECT * FROM unnest($4::text[], $5::timestamptz[], $6::text[], $7::bytea[]) AS d (id, at, subject_id, payload)
  ), e AS (
    INSERT INTO events (id, account_id, type, internal, integration_id, subject_id, payload, created_at)
    SELECT d.id, $1, '${CALLBACK_EVENT}', true, $2, d.subject_id, d.payload, d.at FROM d
  )
  INSERT INTO delivery_work (endpoint_id, account_id, event_id, event_at) SELECT $3, $1, d.id, d.at FROM d`;

/** The statements on what ATSs are to be told. */
@Injectable()
export class CallbacksRepository {
  constructor(private readonly database: Database) {}

  async find(accountId: string, assessmentId: string): Promise<CallbackAssessment | null> {
    const [row] = await this.database.query<CallbackAssessment>(FIND, [accountId, assessmentId]);
    return row ?? null;
  }

  /** Queues again what had FAILED for this reason, now that it is gone. Returns the endpoints to ring. */
  async requeueHeldBack(
    tx: Queryable,
    { id: integrationId, accountId }: ChangedIntegration,
    reason: 'callback_host_not_allowed' | 'no_live_key',
  ): Promise<string[]> {
    const rows = await tx.query<{ id: string; provider: string; version: number; changedAt: Date }>(REQUEUE, [
      accountId,
      integrationId,
      reason,
    ]);
    if (rows.length === 0) return [];
    const endpointId = callbackEndpointId(integrationId);
    const events = rows.map(({ id, provider, version, changedAt }) => {
      const instruction: CallbackInstruction = {
        provider,
        signal: 'result',
        version,
        changedAtMs: changedAt.getTime(),
      };
      return { id: newEventId(), subjectId: id, payload: Buffer.from(JSON.stringify(instruction)) };
    });
    await tx.query(INSERT_WORK, [
      accountId,
      integrationId,
      endpointId,
      events.map(({ id }) => id),
      events.map(({ id }) => eventTime(id)),
      events.map(({ subjectId }) => subjectId),
      events.map(({ payload }) => payload),
    ]);
    return [endpointId];
  }
}

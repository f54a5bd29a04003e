import { expect } from '@jest/globals';
import type { FeatureApp } from './feature-app.js';

/** An assessment as the API shows it, as far as tests look. */
export interface AssessmentView {
  id: string;
  status: string;
  outcome: string;
  result: { version: number; score: number | null; [field: string]: unknown } | null;
  results: { version: number; score: number | null; status: string }[];
  writeback: { state: string; attempts: number; lastError: string | null; lastAt: string | null };
  timeline: { at: string; type: string; data: Record<string, unknown> }[];
  resume: { url: string; status: string; name: string; contentType: string; sizeBytes: number; error: string } | null;
  updatedAt: string;
}

export interface Problem {
  code: string;
  detail: string;
  errors: { path: string; message: string }[];
}

const PATH = '/v1/ats/assessments';

export async function readAssessment(desk: FeatureApp, id: string): Promise<AssessmentView> {
  const { status, body } = await desk.call<AssessmentView>('GET', `${PATH}/${id}`);
  expect(status).toBe(200);
  return body;
}

/** Reports what must be taken. */
export async function report(desk: FeatureApp, id: string, body: Record<string, unknown>): Promise<AssessmentView> {
  const reply = await desk.call<AssessmentView>('PATCH', `${PATH}/${id}`, { body });
  expect([reply.status, reply.body]).toEqual([200, expect.objectContaining({ id })]);
  return reply.body;
}

/** Reports what must be refused. */
export async function refusedReport(
  desk: FeatureApp,
  id: string,
  body: unknown,
): Promise<{ status: number; body: Problem }> {
  const { status, body: problem } = await desk.call<Problem>('PATCH', `${PATH}/${id}`, { body });
  return { status, body: problem };
}

/** The `record.modified` events of an assessment, the oldest first. */
export async function modifications(desk: FeatureApp, id: string): Promise<Record<string, unknown>[]> {
  const rows = await desk.database.query<{ payload: Buffer }>(
    `SELECT payload FROM events WHERE subject_id = $1 AND type = 'record.modified' ORDER BY xid, id`,
    [id],
  );
  return rows.map(({ payload }) => JSON.parse(payload.toString('utf8')) as Record<string, unknown>);
}

import {
  type Body,
  type OldWrite,
  applicationOf,
  asInV3,
  candidateOf,
  done,
  filled,
  found,
  need,
  toNewFields,
} from './calls.js';
import { attachTo } from './candidate-writes.js';
import { applicationShape } from './people-shapes.js';
import { invalid } from './refusal.js';

export const APPLICATION_WRITES = {
  'POST candidates/:id/applications': async (write: OldWrite) => {
    const { id } = candidateOf(write);
    if (write.body.prospect !== 'true') need(write.body, 'job_id');
    const { prospect, ...body } = write.body;
    const kind = prospect === 'true' ? { prospect: true } : {};
    const made = await asInV3(write, 'POST applications', { candidate_id: id, ...body, ...kind });
    const row = write.world.applications.get(Number(made.id));
    return done(row ? applicationShape(write, row) : { id: made.id }, 201);
  },
  'PATCH applications/:id': (write: OldWrite) => {
    const { custom_fields, ...body } = write.body;
    const row = applicationOf(write);
    const fields = filled({ ...body, custom_fields: toNewFields(write, custom_fields, row) });
    return change(write, `PATCH applications/${row.id}`, fields);
  },
  'POST applications/:id/advance': (write: OldWrite) => moved(write, ['from_stage_id'], {}),
  'POST applications/:id/move': (write: OldWrite) =>
    moved(write, ['from_stage_id', 'to_stage_id'], { to_stage_id: write.body.to_stage_id }),
  'POST applications/:id/transfer_to_job': (write: OldWrite) => {
    const { job_interview_stage_id: from_stage_id } = applicationOf(write);
    const { new_job_id: to_job_id, new_stage_id: to_stage_id } = write.body;
    const to = filled({ to_job_id, to_stage_id });
    return moved({ ...write, body: { ...write.body, from_stage_id } }, ['new_job_id', 'from_stage_id'], to);
  },
  'POST applications/:id/reject': (write: OldWrite) => {
    const { rejection_reason_id = unsaid(write), notes, rejection_email } = write.body;
    const body = filled({ rejection_reason_id, notes, rejection_email });
    return change(write, `POST applications/${applicationOf(write).id}/reject`, body);
  },
  'POST applications/:id/unreject': (write: OldWrite) =>
    change(write, `POST applications/${applicationOf(write).id}/unreject`, {}),
  'POST applications/:id/hire': (write: OldWrite) => {
    const { start_date, ...body } = write.body;
    if (start_date !== undefined && !isDay(start_date)) throw invalid('start_date', 'Must be a date like 2026-05-01');
    const time = start_date === undefined ? undefined : `${start_date}T00:00:00Z`;
    return change(write, `POST applications/${applicationOf(write).id}/hire`, filled({ ...body, start_date: time }));
  },
  'POST applications/:id/attachments': (write: OldWrite) => {
    const { type, visibility = 'admin_only' } = write.body;
    const kind = type === 'other' ? { type, visibility } : { type };
    return attachTo(write, applicationOf(write).id, kind);
  },
};

function isDay(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
}

/** Answers with the application as it is now. */
async function change(write: OldWrite, call: string, body: Body) {
  const { id } = applicationOf(write);
  await asInV3(write, call, body);
  return done(applicationShape(write, found(write.world.applications.get(id))));
}

function moved(write: OldWrite, needed: string[], to: Body) {
  const { id } = applicationOf(write);
  need(write.body, ...needed);
  return change(write, `POST applications/${id}/move`, { from_stage_id: write.body.from_stage_id, ...to });
}

/** Whoever gives no reason gives the one that says so. */
function unsaid({ world }: OldWrite): number | undefined {
  const reasons = [...world.rejection_reasons.newestFirst()];
  return reasons.find(({ type }) => (type as { key: string }).key === 'NONE_SPECIFIED')?.id;
}

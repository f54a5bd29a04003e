import { type ReportedError, readWith } from '#libs/connector-kit';
import { z } from 'zod';

// https://developers.greenhouse.io/assessment.html#response-error
const Wire = z.object({
  api_call: z.string().max(255).nullish(),
  errors: z.union([z.array(z.unknown()).max(1000), z.string()]).nullish(),
  partner_interview_id: z.string().max(255).nullish(),
});

/** Reads what Greenhouse did not like about an answer; a complaint in an odd shape is better kept than refused. */
export function parseReport(body: unknown): ReportedError {
  const { api_call, errors, partner_interview_id } = readWith(Wire, body);
  return {
    call: api_call ?? 'unknown',
    errors: [errors ?? []].flat().map((error) => (typeof error === 'string' ? error : JSON.stringify(error))),
    assessmentId: partner_interview_id ?? null,
  };
}

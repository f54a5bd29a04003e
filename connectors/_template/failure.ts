import type { ApiFailure, ApiReply } from '#libs/connector-kit';
import { z } from 'zod';

const Refusal = z.object({ ok: z.literal(false), error: z.string(), details: z.array(z.string()).nullish() });

const KINDS: Readonly<Record<string, ApiFailure['kind']>> = {
  bad_key: 'unauthorized',
  no_permission: 'forbidden',
  unknown_id: 'not_found',
  slow_down: 'rate_limited',
  bad_token: 'cursor_expired',
  try_later: 'unavailable',
};

/**
 * Linden answers 200 with `{ "ok": false }` when something is wrong. null leaves the judgement to the status. An ATS whose
 * status alone is the truth, and whose reasons stand in `errors`, needs no such file.
 */
export function failure({ body }: ApiReply): ApiFailure | null {
  const refusal = Refusal.safeParse(body).data;
  if (!refusal) return null;
  return { kind: KINDS[refusal.error] ?? 'rejected', reasons: [refusal.error, ...(refusal.details ?? [])] };
}

import type { ApiReply, TokenReply } from '#libs/connector-kit';
import { z } from 'zod';

const TokenWire = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  // Documented.
  expires_in: z.union([z.number(), z.string()]).nullish(),
  // What recorded answers have.
  expires_at: z.union([z.number(), z.string()]).nullish(),
  // What the transitional endpoint has.
  expires: z.union([z.number(), z.string()]).nullish(),
});

/** Reads a token in any of the three forms its lifetime comes in; null when the body is no token. */
export function readToken(body: unknown, now: string): TokenReply | null {
  const { success, data } = TokenWire.safeParse(body);
  if (!success) return null;
  return {
    accessToken: data.access_token,
    refreshToken: data.refresh_token ?? null,
    expiresInSeconds: secondsLeft(data.expires_in ?? data.expires_at ?? data.expires, Date.parse(now)),
  };
}

/** No token lives for a year: a number above that is a point in time, in seconds or milliseconds since 1970. */
const LONGEST_SECONDS = 31_536_000;

function secondsLeft(value: number | string | null | undefined, nowMs: number): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  if (!Number.isNaN(number) && number <= LONGEST_SECONDS) return Math.max(0, Math.floor(number));
  const atMs = Number.isNaN(number) ? Date.parse(String(value)) : number * (number > 1e11 ? 1 : 1000);
  return Number.isNaN(atMs) ? null : Math.max(0, Math.floor((atMs - nowMs) / 1000));
}

/**
 * Whether a refresh was refused for good, so that the customer has to consent again. A client that is refused itself
 * (`invalid_client`) is a fault in our settings: consenting again would not help.
 */
export function isConsentOver(reply: ApiReply): boolean {
  const { code, words } = refusalOf(reply);
  return code === 'invalid_grant' || /re-?authori[sz]e consent|refresh token has been invalidated/i.test(words);
}

/** Whether the customer's own client id and secret are refused: wrong, withdrawn, without scopes, or with a user who is gone. */
export function isClientOver(reply: ApiReply): boolean {
  return reply.status === 400 || reply.status === 401 || reply.status === 403;
}

/** The endpoint answers in several forms: `{ error, error_description }`, `{ message, errorId }`, or text. */
function refusalOf({ body }: ApiReply): { code: string | null; words: string } {
  if (body === null || typeof body !== 'object') return { code: null, words: typeof body === 'string' ? body : '' };
  const { error, error_description: description, message } = body as Record<string, unknown>;
  return {
    code: typeof error === 'string' ? error : null,
    words: [description, message].filter((part) => typeof part === 'string').join(' '),
  };
}

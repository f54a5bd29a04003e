import type { SandboxContext, SandboxRequest, SandboxResponse } from '#libs/connector-kit';

const HOUR = 3600;

/** How this stand-in behaves, as long as the process lives; tests shorten what would take hours. */
export interface Tuning {
  /** Requests per 30 seconds and client; null is no limit. */
  rateLimit: number | null;
  codeSeconds: number;
  accessTokenSeconds: number;
  refreshTokenSeconds: number;
  /** Waits between the attempts to deliver a webhook: seven attempts by default. */
  webhookWaitsSeconds: number[];
}

/** As Greenhouse documents it. */
const DOCUMENTED: Omit<Tuning, 'rateLimit'> = {
  codeSeconds: 60,
  accessTokenSeconds: HOUR,
  refreshTokenSeconds: 24 * HOUR,
  webhookWaitsSeconds: [60, 900, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR],
};

export function tuningOf(context: SandboxContext): Tuning {
  return context.memory('tuning', () => ({ ...DOCUMENTED, rateLimit: context.settings.rateLimit }));
}

/** Changes what is named in the body, and answers with all of it. */
export async function changeTuning({ body }: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> {
  const tuning = tuningOf(context);
  const wanted = body !== null && typeof body === 'object' ? (body as Record<string, unknown>) : {};
  for (const [name, value] of Object.entries(wanted)) {
    if (!Object.hasOwn(tuning, name) || !isFit(name, value)) {
      return { status: 422, body: { message: `${name} is not a setting, or not so` } };
    }
  }
  Object.assign(tuning, wanted);
  return Promise.resolve({ status: 200, body: tuning });
}

function isFit(name: string, value: unknown): boolean {
  const isCount = (one: unknown) => typeof one === 'number' && Number.isFinite(one) && one >= 0;
  if (name === 'webhookWaitsSeconds') return Array.isArray(value) && value.every(isCount);
  return isCount(value) || (name === 'rateLimit' && value === null);
}

import type { SandboxAccess } from '#libs/connector-kit';
import type { PageState, ReportByHand } from '../../src/page-state.js';

/** What a call came to: null, or a sentence about what went wrong. */
export type Outcome = Promise<string | null>;

const BASE = 'api';

export interface Selected {
  standIn: string | null;
  assessment: string | null;
}

/** The state of the page; given the version it has, the answer comes when there is another one, or after a while. */
export async function readState(
  selected: Selected,
  { version, signal }: { version: number | null; signal: AbortSignal },
): Promise<PageState> {
  const query = new URLSearchParams();
  if (selected.standIn) query.set('standIn', selected.standIn);
  if (selected.assessment) query.set('assessment', selected.assessment);
  if (version !== null) query.set('version', String(version));
  const reply = await fetch(`${BASE}/state?${query}`, { signal });
  if (reply.status === 204) throw new Error('The hub is stopping.');
  if (!reply.ok) throw new Error(await problemOf(reply));
  return (await reply.json()) as PageState;
}

export const openStage = (slug: string) => send('POST', `/stand-ins/${slug}/stage/open`, {});
export const chooseTest = (slug: string, testId: string) => send('PUT', `/stand-ins/${slug}/stage`, { testId });
export const sendTest = (slug: string, id: string) => send('POST', `/stand-ins/${slug}/candidates/${id}/send-test`, {});
export const checkStatus = (slug: string, id: string) =>
  send('POST', `/stand-ins/${slug}/candidates/${id}/check-status`, {});
export const act = (slug: string, what: { candidateId?: string; action: string; value: string }) =>
  send('POST', `/stand-ins/${slug}/act`, what);
export const setFault = (slug: string, fault: { fault: string; count: number }) =>
  send('POST', `/stand-ins/${slug}/faults`, fault);
export const addWebhooks = (slug: string) => send('POST', `/stand-ins/${slug}/webhooks`, {});
export const setAutomatic = (automatic: boolean) => send('PUT', '/vendor/mode', { automatic });
export const report = (assessmentId: string, body: ReportByHand) =>
  send('POST', `/vendor/orders/${encodeURIComponent(assessmentId)}/report`, body);

/** What a call of the API takes; `integrationId` where there is an ATS to read. */
export interface ApiAccessData {
  apiKey: string;
  origin: string;
  integrationId: string | null;
}

/** @throws Error with a sentence for the person at the page. */
export const revealKey = () => ask<ApiAccessData>('/reveal-key', {});

/** The clients registered in the ATS. @throws Error as {@link revealKey}. */
export const revealAccess = (slug: string) => ask<SandboxAccess>(`/stand-ins/${slug}/reveal-access`, {});

/** Connects the hub to the ATS: where the browser has to go for that, if anywhere, or a sentence about what went wrong. */
export async function connect(
  slug: string,
  by: 'CONSENT' | 'CREDENTIALS',
): Promise<string | { consentUrl: string | null }> {
  try {
    return await ask<{ consentUrl: string | null }>(`/stand-ins/${slug}/connect`, { by });
  } catch (error) {
    return error instanceof TypeError ? 'The hub did not answer. Is it still running?' : (error as Error).message;
  }
}

async function ask<T>(path: string, body: unknown): Promise<T> {
  const reply = await call('POST', path, body);
  if (!reply.ok) throw new Error(await problemOf(reply));
  return (await reply.json()) as T;
}

async function send(method: string, path: string, body: unknown): Outcome {
  try {
    const reply = await call(method, path, body);
    return reply.ok ? null : await problemOf(reply);
  } catch {
    return 'The hub did not answer. Is it still running?';
  }
}

function call(method: string, path: string, body: unknown): Promise<Response> {
  return fetch(BASE + path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function problemOf(reply: Response): Promise<string> {
  const fallback = `The hub answered with ${reply.status}.`;
  try {
    const { detail, title } = (await reply.json()) as { detail?: string; title?: string };
    return detail ?? title ?? fallback;
  } catch {
    return fallback;
  }
}

import { randomBytes } from 'node:crypto';
import type { Backend } from './report.ts';
import { type Running, startProcess } from './processes.ts';

export const API_KEY = 'atsm_bench_bench_bench_bench';

/** One for the whole run: databases are copied from one another. */
const ENCRYPTION_KEY = `bench:${randomBytes(32).toString('base64')}`;

/** A customer's ATS, which may order. */
export interface Customer {
  /** Behind the address of the api process. */
  path: string;
  authorization: string;
}

/** Where a hub's processes have their state. */
export interface Site {
  databaseUrl: string;
  redisUrl: string | null;
}

/** The settings every hub of a run shares. */
export function hubEnvironment({ databaseUrl, redisUrl }: Site): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
    ATSUME_ENCRYPTION_KEY: ENCRYPTION_KEY,
    ATSUME_BOOTSTRAP_API_KEY: API_KEY,
    ATSUME_LOG_LEVEL: 'warn',
    ATSUME_ALLOW_PRIVATE_TARGETS: 'true',
  };
}

export function startApi(site: Site): Promise<Running> {
  return startProcess('dist/apps/api/src/main.js', hubEnvironment(site), '/readyz');
}

export function startDispatcher(site: Site): Promise<Running> {
  return startProcess('dist/apps/dispatcher/src/main.js', hubEnvironment(site), '/readyz');
}

export function backendName(backend: Backend): string {
  return backend === 'redis' ? 'Redis' : 'PostgreSQL';
}

/** One call of the public API. @throws Error with the reply when it is not a 2xx. */
export async function call<T>(
  hub: string,
  method: string,
  path: string,
  { body, apiKey = API_KEY }: { body?: unknown; apiKey?: string } = {},
): Promise<T> {
  const reply = await fetch(hub + path, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
  return JSON.parse(text) as T;
}

/** A customer with a key and one test, ready to order. */
export async function connectCustomer(hub: string, originOrgId: string, apiKey = API_KEY): Promise<Customer> {
  const secret = await call<{ secretKey: string; baseUrl: string }>(hub, 'POST', '/v1/ats/assessments/secrets', {
    body: { provider: 'greenhouse', originOrgId, originOrgName: 'Bench' },
    apiKey,
  });
  const packages = [{ id: 'bench', name: 'Bench' }];
  await call(hub, 'PUT', '/v1/ats/assessments/packages', { body: { packages }, apiKey });
  return {
    // The key's base URL is the public one; the bench calls the process directly.
    path: new URL(secret.baseUrl).pathname,
    authorization: `Basic ${Buffer.from(`${secret.secretKey}:`).toString('base64')}`,
  };
}

/** An order as Greenhouse sends it; `id` makes it one of its own. */
export function order(id: string, resumeUrl: string | null): string {
  return JSON.stringify({
    partner_test_id: 'bench',
    candidate: {
      first_name: 'Imani',
      last_name: 'Okafor',
      preferred_name: 'Immy',
      resume_url: resumeUrl,
      phone_number: '+44 20 7946 0123',
      email: `imani.${id}@example.org`,
      greenhouse_profile_url: 'https://app.greenhouse.io/people/4071882003?application_id=4190334003',
    },
    sent_by: 'recruiter@customer.example',
    url: `https://app.greenhouse.io/integrations/testing_partners/take_home_tests/${id}`,
  });
}

import { API_KEY } from './processes.ts';

export interface Customer {
  baseUrl: string;
  authorization: string;
}

/** One call of the public API with the bench's key. @throws Error with the reply when it is not a 2xx. */
export async function call<T>(hub: string, method: string, path: string, body?: unknown): Promise<T> {
  const reply = await fetch(hub + path, {
    method,
    headers: {
      authorization: `Bearer ${API_KEY}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
  return JSON.parse(text) as T;
}

/** A customer with a key and one test, ready to order. */
export async function connectCustomer(hub: string, originOrgId: string): Promise<Customer> {
  const secret = await call<{ secretKey: string; baseUrl: string }>(hub, 'POST', '/v1/ats/assessments/secrets', {
    provider: 'greenhouse',
    originOrgId,
    originOrgName: 'Bench',
  });
  await call(hub, 'PUT', '/v1/ats/assessments/packages', { packages: [{ id: 'bench', name: 'Bench' }] });
  return {
    // The key's base URL is the public one; the bench calls the process directly.
    baseUrl: hub + new URL(secret.baseUrl).pathname,
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

import { randomBytes } from 'node:crypto';

/** A `send_test` body as Greenhouse sends it, for a candidate nobody is; `over` replaces top-level fields. */
export function anOrder(over: Record<string, unknown> = {}): Record<string, unknown> {
  const id = randomBytes(6).toString('hex');
  return {
    partner_test_id: 'backend-l2',
    candidate: {
      first_name: 'Imani',
      last_name: 'Okafor',
      preferred_name: 'Immy',
      resume_url: null,
      phone_number: '+44 20 7946 0123',
      email: `imani.${id}@example.org`,
      greenhouse_profile_url: 'https://app.greenhouse.io/people/4071882003?application_id=4190334003',
    },
    sent_by: 'recruiter@customer.example',
    url: `https://app.greenhouse.io/integrations/testing_partners/take_home_tests/${id}`,
    ...over,
  };
}

let orders = 0;

/** The body of a `send_test` as Greenhouse sends it; each call makes another order. */
export function aGreenhouseOrder(
  changes: Record<string, unknown> = {},
  candidate: Record<string, unknown> = {},
): Record<string, unknown> & { url: string; candidate: Record<string, unknown> } {
  orders += 1;
  return {
    partner_test_id: 'backend-l2',
    candidate: {
      first_name: 'Imani',
      last_name: 'Okafor',
      preferred_name: 'Immy',
      resume_url: 'https://files.example.org/signed/cv-0912.pdf?exp=1767000000',
      phone_number: '+44 20 7946 0123',
      email: 'imani.okafor@example.org',
      greenhouse_profile_url: 'https://app.greenhouse.io/people/4071882003?application_id=4190334003',
      ...candidate,
    },
    sent_by: 'recruiter@customer.example',
    url: `https://app.greenhouse.io/integrations/testing_partners/take_home_tests/${90_000 + orders}`,
    ...changes,
  };
}

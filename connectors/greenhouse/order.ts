import { type CanonicalOrder, readWith } from '#libs/connector-kit';
import { z } from 'zod';

// A character is a code point: zod's own limit counts an emoji or a rare ideograph twice.
const text = (max: number) =>
  z.string().refine((value) => value.length <= max || (value.length <= 2 * max && [...value].length <= max), {
    error: `must be at most ${max} characters`,
  });
const email = text(255).regex(/^[^\s@]+@[^\s@]+$/, { error: 'must be an e-mail address' });
const address = text(2048).refine(isWebAddress, { error: 'must be an http or https address' });

// https://developers.greenhouse.io/assessment.html#send-test
const Wire = z.object({
  partner_test_id: text(255).min(1, { error: 'must not be empty' }),
  candidate: z.object({
    first_name: text(255),
    last_name: text(255),
    email,
    phone_number: text(255).nullish(),
    // Signed links to a file store run long; losing an order over one would be worse.
    resume_url: text(8192).nullish(),
    greenhouse_profile_url: text(2048).nullish(),
  }),
  url: address,
});

/** Reads the body of send_test. There is no candidate or application id in it but inside the profile's address. */
export function parseOrder(body: unknown): CanonicalOrder {
  const { partner_test_id, candidate, url } = readWith(Wire, body);
  const profile = readProfileAddress(candidate.greenhouse_profile_url);
  return {
    packageId: partner_test_id,
    applicationId: profile.applicationId,
    jobId: null,
    candidate: {
      id: profile.candidateId,
      firstName: candidate.first_name || null,
      lastName: candidate.last_name || null,
      emails: [{ email: candidate.email, type: 'PERSONAL' }],
      phones: candidate.phone_number ? [{ phoneNumber: candidate.phone_number, type: 'NOT_SPECIFIED' }] : null,
      links: filled([candidate.resume_url, candidate.greenhouse_profile_url]),
      location: null,
    },
    callbackUrl: url,
    resumeUrl: candidate.resume_url && isWebAddress(candidate.resume_url) ? candidate.resume_url : null,
    metaData: null,
    // Greenhouse sends no order id; its address for the answer names the take-home test.
    dedupe: [url, partner_test_id, candidate.email.toLowerCase()],
  };
}

/** `…/people/<candidate>?application_id=<application>`; ids stay text, they pass 2^32 and need not fit a number. */
function readProfileAddress(value: string | null | undefined): {
  candidateId: string | null;
  applicationId: string | null;
} {
  const url = value ? URL.parse(value) : null;
  const application = url?.searchParams.get('application_id') ?? '';
  return {
    candidateId: /\/people\/(\d+)(?:\/|$)/.exec(url?.pathname ?? '')?.[1] ?? null,
    applicationId: /^\d+$/.test(application) ? application : null,
  };
}

function isWebAddress(value: string): boolean {
  return /^https?:$/.test(URL.parse(value)?.protocol ?? '');
}

function filled(values: (string | null | undefined)[]): string[] | null {
  const present = values.filter((value): value is string => Boolean(value));
  return present.length > 0 ? present : null;
}

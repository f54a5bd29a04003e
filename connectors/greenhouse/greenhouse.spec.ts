import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UnreadableOrder } from '#libs/connector-kit';
import type { AssessmentResult, AssessmentStatus, CandidateAssessment } from '#libs/model';
import greenhouse from './index.js';
import { parseOrder } from './order.js';
import { parseReport } from './report.js';
import { renderStatus } from './status.js';

const order = {
  partner_test_id: 'backend-l2',
  candidate: {
    first_name: 'Imani',
    last_name: 'Okafor',
    preferred_name: 'Immy',
    resume_url: 'https://files.example.org/signed/cv.pdf?exp=1767000000',
    phone_number: '+44 20 7946 0123',
    email: 'Imani.Okafor@example.org',
    greenhouse_profile_url: 'https://app.greenhouse.io/people/4071882003?application_id=4190334003',
  },
  sent_by: 'recruiter@customer.example',
  url: 'https://app.greenhouse.io/integrations/testing_partners/take_home_tests/90211',
};

const withCandidate = (changes: Record<string, unknown>) => ({
  ...order,
  candidate: { ...order.candidate, ...changes },
});

describe('an order from Greenhouse', () => {
  it('becomes an order in our words', () => {
    expect(parseOrder(order)).toEqual({
      packageId: 'backend-l2',
      applicationId: '4190334003',
      jobId: null,
      candidate: {
        id: '4071882003',
        firstName: 'Imani',
        lastName: 'Okafor',
        emails: [{ email: 'Imani.Okafor@example.org', type: 'PERSONAL' }],
        phones: [{ phoneNumber: '+44 20 7946 0123', type: 'NOT_SPECIFIED' }],
        links: [order.candidate.resume_url, order.candidate.greenhouse_profile_url],
        location: null,
      },
      callbackUrl: order.url,
      resumeUrl: order.candidate.resume_url,
      metaData: null,
      dedupe: [order.url, 'backend-l2', 'imani.okafor@example.org'],
    });
  });

  it('may come with nothing but what is required', () => {
    const { first_name, last_name, email } = order.candidate;

    const parsed = parseOrder({ partner_test_id: 't', candidate: { first_name, last_name, email }, url: order.url });

    expect(parsed.candidate).toMatchObject({ id: null, phones: null, links: null });
    expect(parsed).toMatchObject({ applicationId: null, resumeUrl: null });
  });

  it('may have null where a value is optional, and fields nobody knows', () => {
    const nulls = { preferred_name: null, phone_number: null, resume_url: null, greenhouse_profile_url: null, x: {} };

    expect(parseOrder({ ...withCandidate(nulls), new_field: [1] }).candidate.phones).toBeNull();
  });

  it('keeps ids of any length as they are', () => {
    const parsed = parseOrder(
      withCandidate({
        greenhouse_profile_url:
          'https://app.greenhouse.io/people/90071992547409931234?application_id=00018446744073709551617',
      }),
    );

    expect([parsed.candidate.id, parsed.applicationId]).toEqual(['90071992547409931234', '00018446744073709551617']);
  });

  it.each([
    ['https://app.greenhouse.io/people/77', '77', null],
    ['https://app.greenhouse.io/people/77/edit?application_id=x', '77', null],
    ['https://app.greenhouse.io/sourcing?application_id=5', null, '5'],
    ['not an address', null, null],
  ])('reads what there is in the profile address %s', (greenhouse_profile_url, candidateId, applicationId) => {
    const parsed = parseOrder(withCandidate({ greenhouse_profile_url }));

    expect([parsed.candidate.id, parsed.applicationId]).toEqual([candidateId, applicationId]);
  });

  it.each(['李 小龍', 'Þórdís', 'محمد', '👩🏽‍💻', "O'Neil-Šťastná"])('takes the name %s as it is', (first_name) => {
    expect(parseOrder(withCandidate({ first_name })).candidate.firstName).toBe(first_name);
  });

  it('may have names of 255 characters in any script', () => {
    const first_name = '𠮷'.repeat(255);

    expect(parseOrder(withCandidate({ first_name })).candidate.firstName).toBe(first_name);
  });

  it('does not fetch a résumé from what is no web address', () => {
    expect(parseOrder(withCandidate({ resume_url: 'file:///etc/passwd' })).resumeUrl).toBeNull();
  });

  it.each([
    ['partner_test_id', { ...order, partner_test_id: 12 }],
    ['partner_test_id', { ...order, partner_test_id: '' }],
    ['candidate', { ...order, candidate: null }],
    ['candidate.email', withCandidate({ email: undefined })],
    ['candidate.email', withCandidate({ email: 'nobody' })],
    ['candidate.last_name', withCandidate({ last_name: ['x'] })],
    ['candidate.first_name', withCandidate({ first_name: 'x'.repeat(256) })],
    ['candidate.first_name', withCandidate({ first_name: '𠮷'.repeat(256) })],
    ['url', { ...order, url: 'javascript:alert(1)' }],
    ['body', 'text'],
    ['body', null],
  ])('is refused by the name of the field: %s', (field, body) => {
    expect(() => parseOrder(body)).toThrow(UnreadableOrder);
    expect(() => parseOrder(body)).toThrow(new RegExp(`^${field}: `));
  });

  it('is either read or refused, whatever the body is', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        try {
          parseOrder(body);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableOrder);
        }
      }),
    );
  });
});

const assessment = (status: AssessmentStatus): CandidateAssessment => ({
  applicationId: null,
  assessmentPackage: { id: 't', name: null, type: null, description: null, metaData: null },
  callbackUrl: order.url,
  candidate: parseOrder(order).candidate,
  id: 'ats_ass_1',
  jobId: null,
  metaData: null,
  originData: order,
  status,
});

const result: AssessmentResult = {
  version: 1,
  status: 'COMPLETED',
  score: 81.5,
  maxScore: 100,
  outcome: 'PASS',
  profileUrl: 'https://vendor.example/r/1',
  summary: 'Strong in <b>algorithms</b>',
  traits: [
    { name: 'Algorithms', score: 40, maxScore: 50, comment: null, visible: true },
    { name: 'Integrity', score: 0, maxScore: null, comment: 'tab switches', visible: false },
    { name: 'Speed', score: 7, maxScore: null, comment: null, visible: true },
    { name: 'Speed', score: null, maxScore: null, comment: 'steady', visible: true },
  ],
  metaData: { nested: {} },
  startedAt: '2026-03-02T09:14:00.000Z',
  completedAt: '2026-03-02T10:02:00.000Z',
  createdAt: '2026-03-02T10:02:01.000Z',
};

const statusOf = (status: AssessmentStatus, reported: AssessmentResult | null = null, reportClosed = false) =>
  JSON.parse(renderStatus({ assessment: assessment(status), result: reported, reportClosed }).body) as {
    partner_status: string;
    partner_profile_url: string | null;
    partner_score: number | null;
    metadata: Record<string, unknown>;
  };

describe('the status as Greenhouse is told', () => {
  it.each([
    ['NOT_SPECIFIED', 'waiting'],
    ['PENDING', 'waiting'],
    ['STARTED', 'incomplete'],
    ['IN_PROGRESS', 'incomplete'],
    ['REJECTED', 'incomplete'],
    ['EXPIRED', 'incomplete'],
    ['CANCELLED', 'incomplete'],
  ] as const)('says for %s %s, and nothing of a result', (status, word) => {
    expect(statusOf(status, { ...result, status })).toEqual({
      partner_status: word,
      partner_profile_url: null,
      partner_score: null,
      metadata: {},
    });
  });

  it('has address, score and flat metadata once complete', () => {
    expect(statusOf('COMPLETED', result)).toEqual({
      partner_status: 'complete',
      partner_profile_url: 'https://vendor.example/r/1',
      partner_score: 81.5,
      metadata: {
        Summary: 'Strong in algorithms',
        Algorithms: '40 / 50',
        Speed: 7,
        'Speed (2)': 'steady',
        'Started at': '2026-03-02 09:14 UTC',
        'Completed at': '2026-03-02 10:02 UTC',
      },
    });
  });

  it.each(['REJECTED', 'EXPIRED', 'CANCELLED'] as const)(
    'tells %s as complete where the customer wants that',
    (status) => {
      const told = statusOf(status, { ...result, status, profileUrl: null }, true);

      expect(told).toMatchObject({ partner_status: 'complete', partner_score: null });
      expect(told.partner_profile_url).toBe(order.candidate.greenhouse_profile_url);
      expect(told.metadata.Reason).toMatch(new RegExp(status, 'i'));
    },
  );

  it('names no report of a closed test that Greenhouse would not open', () => {
    const closed = { ...result, status: 'EXPIRED' as const, profileUrl: 'http://10.0.0.1/report' };

    expect(statusOf('EXPIRED', closed, true).partner_profile_url).toBe(order.candidate.greenhouse_profile_url);
  });

  it('shortens a text between characters, not within one', () => {
    const { metadata } = statusOf('COMPLETED', { ...result, summary: `x${'🦊'.repeat(600)}` });

    expect(metadata.Summary).toMatch(/🦊…$/u);
  });

  it('never has more than 20 entries, markup, null or anything nested, whatever the vendor reported', () => {
    const score = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }));
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('<script>x</script>', '<scr<b>ipt>', '__proto__'),
    );
    const trait = fc.record({ name: text, score, maxScore: score, comment: fc.option(text), visible: fc.boolean() });

    fc.assert(
      fc.property(fc.array(trait, { maxLength: 100 }), fc.option(text), (traits, summary) => {
        const { metadata } = statusOf('COMPLETED', { ...result, traits, summary });

        expect(Object.keys(metadata).length).toBeLessThanOrEqual(20);
        for (const [label, value] of Object.entries(metadata)) {
          expect(`${label}${String(value)}`).not.toMatch(/<\/?[a-z]+>/i);
          expect(['string', 'number']).toContain(typeof value);
        }
        expect(metadata['Completed at']).toBe('2026-03-02 10:02 UTC');
      }),
    );
  });
});

describe('the rest of the Greenhouse dialect', () => {
  const part = greenhouse.assessments!;

  it('lists tests with ids and names as text', () => {
    const route = part.routes.find(({ action }) => action === 'listPackages');

    const reply =
      route?.action === 'listPackages' ? route.render([{ id: '12', name: 'T' } as never], {} as never) : null;

    expect(JSON.parse(reply?.body ?? '')).toEqual([{ partner_test_id: '12', partner_test_name: 'T' }]);
  });

  it.each([
    ['unauthorized', 401],
    ['not_found', 404],
    ['method_not_allowed', 404],
    ['bad_request', 422],
    ['unreadable_order', 422],
    ['unknown_package', 422],
    ['too_large', 422],
    ['unsupported_media_type', 422],
  ] as const)('answers %s with %i and text', (kind, status) => {
    const reply = part.renderFailure({ kind, status: 400, reasons: ['One.', 'Two.'] });

    expect(reply).toMatchObject({ status, contentType: 'text/plain; charset=utf-8', body: 'One.\nTwo.' });
  });

  it('keeps a complaint in whatever shape', () => {
    expect(parseReport({ errors: 'x' })).toEqual({ call: 'unknown', errors: ['x'], assessmentId: null });
    expect(parseReport({ api_call: 'test_status', errors: ['a', { b: 1 }], partner_interview_id: 'i' })).toEqual({
      call: 'test_status',
      errors: ['a', '{"b":1}'],
      assessmentId: 'i',
    });
  });

  it('announces a result by PATCH without a body, with the key as user name', () => {
    const request = part.result.request({
      assessment: assessment('COMPLETED'),
      result,
      reportClosed: false,
      callbackUrl: order.url,
      inboundKey: 'gh_key',
      credentials: {},
      changedAtMs: 1,
    });

    expect(request).toEqual({
      method: 'PATCH',
      url: order.url,
      headers: { authorization: `Basic ${Buffer.from('gh_key:').toString('base64')}` },
      body: null,
    });
  });

  it('writes a letter with the key and all four addresses', () => {
    const { email, urls } = part.setup({
      vendorName: 'Acme Tests',
      originOrgName: 'Customer Ltd',
      baseUrl: 'https://hub.example/partners/x/y',
      secretId: 'sec_1',
      secretKey: 'gh_secret',
    });

    for (const line of ['gh_secret', ...Object.values(urls)]) expect(email.body).toContain(line);
    expect(Object.keys(urls)).toEqual(['listTests', 'sendTest', 'testStatus', 'responseError']);
    expect(email.subject).toBe('Please enable the Acme Tests assessment integration for Customer Ltd');
  });

  it('makes keys that Greenhouse can hold', () => {
    expect(part.secret.prefix.length + Math.ceil((part.secret.bytes * 4) / 3)).toBeLessThanOrEqual(170);
  });
});

import { bearerKey, defineConnector, empty, json, readWith } from '#libs/connector-kit';
import type { AssessmentStatus } from '#libs/model';
import { z } from 'zod';

const Order = z.object({
  test_id: z.union([z.string(), z.number().transform(String)]),
  job_shortcode: z.string(),
  job_title: z.string().nullish(),
  callback_url: z.string(),
  candidate: z.object({
    first_name: z.string(),
    last_name: z.string(),
    email: z.string(),
    phone: z.string().nullish(),
  }),
});

const WORD: Readonly<Record<AssessmentStatus, string>> = {
  NOT_SPECIFIED: 'pending',
  PENDING: 'pending',
  STARTED: 'pending',
  IN_PROGRESS: 'pending',
  COMPLETED: 'completed',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  CANCELLED: 'rejected',
};

/** Bearer in and out, 201 for an order, `{ status, message }` for a refusal, the result PUT to the order's address. */
export const workable = defineConnector({
  slug: 'workable',
  name: 'Workable',
  docs: 'https://workable.readme.io',
  assessments: {
    secret: { prefix: 'wk_', bytes: 32 },
    auth: bearerKey(),
    routes: [
      {
        action: 'listPackages',
        method: 'GET',
        paths: ['tests'],
        render: (packages) => json(200, { tests: packages.map(({ id, name }) => ({ id, name })) }),
      },
      {
        action: 'placeOrder',
        method: 'POST',
        paths: ['assessments'],
        parse: ({ body }) => {
          const { test_id, job_shortcode, callback_url, candidate } = readWith(Order, body);
          const { first_name, last_name, email, phone } = candidate;
          return {
            packageId: test_id,
            applicationId: null,
            jobId: job_shortcode,
            candidate: {
              id: null,
              firstName: first_name,
              lastName: last_name,
              emails: [{ email, type: 'NOT_SPECIFIED' }],
              phones: phone ? [{ phoneNumber: phone, type: 'NOT_SPECIFIED' }] : [],
              links: null,
              location: null,
            },
            callbackUrl: callback_url,
            resumeUrl: null,
            metaData: null,
            dedupe: [test_id, job_shortcode, email.toLowerCase()],
          };
        },
        render: ({ assessmentId, isNew }) =>
          isNew
            ? json(201, { assessment_id: assessmentId })
            : json(409, { status: 409, message: 'The candidate has this test already.' }),
      },
      {
        action: 'readStatus',
        method: 'GET',
        paths: ['assessments/:id/shared-link'],
        assessmentId: ({ params }) => params.id ?? null,
        render: ({ result }) =>
          result?.profileUrl ? json(200, { url: result.profileUrl, ttl: 30, ttl_units: 'days' }) : empty(204),
      },
    ],
    renderFailure: ({ status, reasons, kind }) => {
      const code = kind === 'unknown_package' ? 422 : status;
      return json(code, { status: code, message: reasons.join(' ') });
    },
    result: {
      on: 'result',
      authorize: 'credentials',
      hosts: ['*.workable.com'],
      request: ({ callbackUrl, credentials, assessment, result }) =>
        callbackUrl === null
          ? null
          : {
              method: 'PUT',
              url: callbackUrl,
              headers: { authorization: `Bearer ${credentials.token ?? ''}`, 'content-type': 'application/json' },
              body: JSON.stringify({
                status: WORD[assessment.status],
                results_url: result?.profileUrl ?? null,
                assessment: {
                  score: result?.score == null ? null : `${result.score}/${result.maxScore ?? 100}`,
                  grade: result?.outcome === 'PASS' ? 'passed' : 'failed',
                  summary: result?.summary ?? null,
                },
              }),
            },
      confirmedBy: 'reply',
    },
    setup: ({ baseUrl, secretKey }) => ({
      urls: { base: baseUrl },
      email: { to: '', subject: 'Connect', body: `${baseUrl} ${secretKey}` },
      needsPublicHttps: true,
    }),
  },
});

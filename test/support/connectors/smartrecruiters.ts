import { bearerKey, defineConnector, empty, json, readWith, text } from '#libs/connector-kit';
import type { AssessmentPackage, AssessmentStatus } from '#libs/model';
import { z } from 'zod';

const Order = z.object({
  assessmentPackageId: z.string(),
  resultCallbackURL: z.string(),
  candidate: z.object({
    id: z.string().nullish(),
    email: z.string().nullish(),
    firstName: z.string().nullish(),
    lastName: z.string().nullish(),
  }),
  job: z.object({ id: z.string() }),
  requester: z.object({ userId: z.string(), email: z.string() }).nullish(),
  fields: z.record(z.string(), z.string()).nullish(),
});

const TokenRequest = z.object({
  grant_type: z.literal('client_credentials'),
  client_id: z.string(),
  client_secret: z.string(),
});

const WORD: Readonly<Record<AssessmentStatus, string>> = {
  NOT_SPECIFIED: 'PENDING',
  PENDING: 'PENDING',
  STARTED: 'IN_PROGRESS',
  IN_PROGRESS: 'IN_PROGRESS',
  COMPLETED: 'COMPLETED',
  REJECTED: 'REJECTED',
  EXPIRED: 'EXPIRED',
  CANCELLED: 'REJECTED',
};

const toPackage = ({ id, name, type, description }: AssessmentPackage) => ({
  id,
  name,
  type: type ?? 'SKILL_TEST',
  description: description ?? name,
  assessments: [{ id, type: type ?? 'SKILL_TEST', description: description ?? name, name }],
});

/** A token from our own token endpoint, 204 for an empty list, 202 for an order, results as merge patches. */
export const smartrecruiters = defineConnector({
  slug: 'smartrecruiters',
  name: 'SmartRecruiters',
  docs: 'https://developers.smartrecruiters.com',
  assessments: {
    secret: { prefix: 'sr_', bytes: 32 },
    auth: bearerKey(),
    routes: [
      {
        action: 'issueToken',
        method: 'POST',
        paths: ['oauth/token'],
        lifetimeSeconds: 3600,
        parse: ({ body }) => {
          const { client_id, client_secret } = readWith(TokenRequest, body);
          return { clientId: client_id, clientSecret: client_secret };
        },
        render: ({ accessToken, expiresInSeconds }) =>
          json(200, { access_token: accessToken, expires_in: expiresInSeconds, token_type: 'bearer' }),
      },
      {
        action: 'listPackages',
        method: 'GET',
        paths: ['packages'],
        render: (packages) => (packages.length === 0 ? empty(204) : json(200, packages.map(toPackage))),
      },
      {
        action: 'getPackage',
        method: 'GET',
        paths: ['packages/:assessmentPackageId'],
        packageId: ({ params }) => params.assessmentPackageId ?? '',
        render: (found) => json(200, toPackage(found)),
      },
      {
        action: 'placeOrder',
        method: 'POST',
        paths: ['packages/orders'],
        parse: ({ body }) => {
          const { assessmentPackageId, resultCallbackURL, candidate, job, fields } = readWith(Order, body);
          return {
            packageId: assessmentPackageId,
            applicationId: null,
            jobId: job.id,
            candidate: {
              id: candidate.id ?? null,
              firstName: candidate.firstName ?? null,
              lastName: candidate.lastName ?? null,
              emails: candidate.email ? [{ email: candidate.email, type: 'NOT_SPECIFIED' }] : [],
              phones: null,
              links: null,
              location: null,
            },
            callbackUrl: resultCallbackURL,
            resumeUrl: null,
            metaData: fields ?? null,
            dedupe: [resultCallbackURL],
          };
        },
        render: () => json(202, {}),
      },
      {
        action: 'disconnect',
        method: 'DELETE',
        paths: ['integrations/companies/:companyId'],
        render: () => empty(204),
      },
      {
        action: 'static',
        method: 'GET',
        paths: ['consent'],
        open: true,
        render: ({ query }) => text(200, `Connect ${query.companyId ?? ''}`),
      },
    ],
    renderFailure: ({ kind, status, reasons }) =>
      json(kind === 'unknown_package' ? 404 : status, {
        message: reasons[0] ?? '',
        errors: reasons.map((message) => ({ code: kind.toUpperCase(), message })),
      }),
    result: {
      on: 'everyChange',
      authorize: 'credentials',
      hosts: ['api.smartrecruiters.com'],
      request: ({ callbackUrl, credentials, assessment, result }) =>
        callbackUrl === null
          ? null
          : {
              method: 'PATCH',
              url: callbackUrl,
              headers: { authorization: `Bearer ${credentials.accessToken ?? ''}`, 'content-type': 'application/json' },
              body: JSON.stringify({
                status: WORD[assessment.status],
                ...(result?.score == null
                  ? {}
                  : { score: { raw: Math.round(result.score), min: 0, max: Math.round(result.maxScore ?? 100) } }),
                ...(result?.profileUrl ? { attachments: [{ type: 'OTHER_URL', url: result.profileUrl }] } : {}),
              }),
            },
      confirmedBy: 'reply',
    },
    setup: ({ baseUrl, secretId, secretKey }) => ({
      urls: { oauthTokenUrl: `${baseUrl}/oauth/token`, packageOrderUrl: `${baseUrl}/packages/orders` },
      email: { to: '', subject: 'Connect', body: `Client id: ${secretId}\nClient secret: ${secretKey}\n` },
      needsPublicHttps: true,
    }),
  },
});

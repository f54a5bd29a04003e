import {
  type CanonicalOrder,
  basicAuthorization,
  basicKeyAsUser,
  defineConnector,
  json,
  readWith,
  type ResultContext,
} from '#libs/connector-kit';
import { z } from 'zod';

const Start = z.object({
  assessment_type_id: z.string().min(1),
  candidate: z.object({
    ashby_id: z.string(),
    first_name: z.string(),
    last_name: z.string(),
    email: z.string(),
    ashby_profile_url: z.string(),
  }),
  application: z.object({ ashby_id: z.string() }),
  job: z.object({ ashby_id: z.string(), name: z.string() }),
  additional_fields: z.record(z.string(), z.unknown()).nullish(),
});
const Cancel = z.object({ assessment_id: z.string() });

function parseStart(body: unknown): CanonicalOrder {
  const { assessment_type_id, candidate, application, job, additional_fields } = readWith(Start, body);
  return {
    packageId: assessment_type_id,
    applicationId: application.ashby_id,
    jobId: job.ashby_id,
    candidate: {
      id: candidate.ashby_id,
      firstName: candidate.first_name,
      lastName: candidate.last_name,
      emails: [{ email: candidate.email, type: 'PRIMARY' }],
      phones: null,
      links: [candidate.ashby_profile_url],
      location: null,
    },
    callbackUrl: null,
    resumeUrl: null,
    metaData: additional_fields ?? null,
    dedupe: [assessment_type_id, application.ashby_id],
  };
}

const blob = (identifier: string, type: string, value: string | number | boolean) => ({
  identifier,
  label: identifier,
  type,
  value,
});

function update({ assessment, result, changedAtMs }: ResultContext): Record<string, unknown> {
  const { id, status } = assessment;
  const head = { assessment_id: id, timestamp: changedAtMs };
  if (['REJECTED', 'EXPIRED', 'CANCELLED'].includes(status)) {
    return { ...head, cancelled_reason: blob('cancelled', 'string', result?.summary ?? status) };
  }
  const word = status === 'STARTED' ? 'Started' : status;
  if (status !== 'COMPLETED') return { ...head, assessment_status: blob('status', 'string', word) };
  return {
    ...head,
    assessment_status: blob('status', 'string', 'Completed'),
    assessment_profile_url: blob('report', 'url', result?.profileUrl ?? ''),
    assessment_result: blob('overall', 'numeric_score', result?.score ?? 0),
    metadata: (result?.traits ?? [])
      .filter(({ visible }) => visible)
      .map(({ name, score }) => blob(name, 'numeric_score', score ?? 0)),
  };
}

/** Its partner calls as `POST {base}/assessment.start`, 409 for a candidate who is being assessed, results pushed with its own key. */
export const ashby = defineConnector({
  slug: 'ashby',
  name: 'Ashby',
  docs: 'https://developers.ashbyhq.com',
  assessments: {
    secret: { prefix: 'as_', bytes: 32 },
    auth: basicKeyAsUser(),
    routes: [
      {
        action: 'listPackages',
        method: 'POST',
        paths: ['assessment.list'],
        render: (packages) =>
          json(200, {
            success: true,
            results: packages.map(({ id, name, description }) => ({ assessment_type_id: id, name, description })),
          }),
      },
      {
        action: 'placeOrder',
        method: 'POST',
        paths: ['assessment.start'],
        sameOrder: 'whileOpen',
        parse: ({ body }) => parseStart(body),
        render: ({ assessmentId, isNew }) =>
          isNew
            ? json(200, { success: true, results: { assessment_id: assessmentId } })
            : json(409, { message: 'The candidate is being assessed already.' }),
      },
      {
        action: 'cancelOrder',
        method: 'POST',
        paths: ['assessment.cancel'],
        assessmentId: ({ body }) => readWith(Cancel, body).assessment_id,
        render: ({ assessment }) => json(200, { success: true, results: { assessment_id: assessment.id } }),
      },
      {
        action: 'static',
        method: 'POST',
        paths: ['assessment.customField.list', 'customFields.fetch'],
        open: false,
        render: () => json(200, { success: true, fields: [] }),
      },
    ],
    renderFailure: ({ kind, reasons, status }) =>
      json(kind === 'unknown_package' || kind === 'bad_request' ? 422 : status, { message: reasons.join(' ') }),
    result: {
      on: 'everyChange',
      authorize: 'credentials',
      hosts: ['api.ashbyhq.com'],
      request: (context) => ({
        method: 'POST',
        url: 'https://api.ashbyhq.com/assessment.update',
        headers: {
          authorization: basicAuthorization(context.credentials.apiKey ?? ''),
          'content-type': 'application/json',
        },
        body: JSON.stringify(update(context)),
      }),
      // It says 200 and means failure.
      judge: ({ status, body }) => (status === 200 && body.includes('"success":false') ? 'final' : null),
      confirmedBy: 'reply',
    },
    setup: ({ baseUrl, secretKey, vendorName }) => ({
      urls: { base: baseUrl },
      email: { to: 'support@ashbyhq.com', subject: vendorName, body: `${baseUrl}\n${secretKey}` },
      needsPublicHttps: true,
    }),
  },
});

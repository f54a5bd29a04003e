import { defineConnector, headerKey, json, readWith } from '#libs/connector-kit';
import { z } from 'zod';

const Order = z.object({ test: z.string().default(''), email: z.string(), callback: z.string().nullable() });

/** An invented ATS with a key in a header that wants every change pushed and says `ok: false` with HTTP 200. */
export const pushingAts = defineConnector({
  slug: 'pushing-ats',
  name: 'Pushing ATS',
  docs: 'https://ats.example/docs',
  assessments: {
    secret: { prefix: 'pu_', bytes: 32 },
    auth: headerKey('X-Partner-Key'),
    routes: [
      {
        action: 'placeOrder',
        method: 'POST',
        paths: ['orders'],
        parse: ({ body }) => {
          const { test, email, callback } = readWith(Order, body);
          return {
            packageId: test,
            applicationId: null,
            jobId: null,
            candidate: {
              ...{ id: null, firstName: null, lastName: null, phones: null, links: [], location: null },
              emails: [{ email, type: 'NOT_SPECIFIED' }],
            },
            callbackUrl: callback,
            resumeUrl: null,
            metaData: { from: 'form' },
            dedupe: [],
          };
        },
        render: ({ assessmentId }) => json(200, { id: assessmentId }),
      },
    ],
    renderFailure: ({ status, reasons }) => json(status, { reasons }),
    result: {
      on: 'everyChange',
      authorize: 'inboundKey',
      hosts: ['ats.example'],
      request: ({ callbackUrl, inboundKey, assessment, result, changedAtMs }) =>
        callbackUrl === null
          ? null
          : {
              method: 'POST',
              url: callbackUrl,
              headers: { 'x-partner-key': inboundKey ?? '', 'content-type': 'application/json' },
              body: JSON.stringify({ status: assessment.status, score: result?.score ?? null, changedAtMs }),
            },
      judge: ({ status, body }) =>
        body.includes('"ok":false') ? 'final' : body.includes('"later"') ? 'retry' : status === 409 ? 'accepted' : null,
      confirmedBy: 'reply',
    },
    setup: ({ baseUrl }) => ({
      urls: { base: baseUrl },
      email: { to: '', subject: '', body: '' },
      needsPublicHttps: false,
    }),
  },
});

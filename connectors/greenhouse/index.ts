import { basicAuthorization, basicKeyAsUser, defineConnector, json } from '#libs/connector-kit';
import { api } from './api/index.js';
import { renderFailure } from './failures.js';
import { parseOrder } from './order.js';
import { parseReport } from './report.js';
import { setup } from './setup.js';
import { renderStatus } from './status.js';

/**
 * Assessment Partner API: Greenhouse calls four addresses of ours; we call one of theirs, without a body. Harvest v3 and
 * webhooks: `api/`.
 */
export default defineConnector({
  slug: 'greenhouse',
  name: 'Greenhouse',
  docs: 'https://developers.greenhouse.io/assessment.html',
  assessments: {
    // 46 characters; Greenhouse takes at most 170.
    secret: { prefix: 'gh_', bytes: 32 },
    auth: basicKeyAsUser(),
    routes: [
      {
        action: 'listPackages',
        method: 'GET',
        paths: ['list_tests'],
        render: (packages) =>
          json(
            200,
            packages.map(({ id, name }) => ({ partner_test_id: id, partner_test_name: name })),
          ),
      },
      {
        action: 'placeOrder',
        method: 'POST',
        paths: ['send_test'],
        parse: ({ body }) => parseOrder(body),
        render: ({ assessmentId }) => json(200, { partner_interview_id: assessmentId }),
      },
      {
        action: 'readStatus',
        method: 'GET',
        paths: ['test_status'],
        assessmentId: ({ query }) => query.partner_interview_id ?? null,
        render: renderStatus,
      },
      {
        action: 'reportError',
        method: 'POST',
        // The vendor's page names it in all three ways.
        paths: ['response_error', 'response_errors', 'request_errors'],
        parse: ({ body }) => parseReport(body),
        render: () => json(200, { status: 200 }),
      },
    ],
    renderFailure,
    result: {
      on: 'result',
      authorize: 'inboundKey',
      // Other data regions live on other hosts; an operator adds those to the integration.
      hosts: ['app.greenhouse.io'],
      // Without a body: it only makes Greenhouse call test_status.
      request: ({ callbackUrl, inboundKey }) =>
        callbackUrl === null
          ? null
          : {
              method: 'PATCH',
              url: callbackUrl,
              headers: { authorization: basicAuthorization(inboundKey ?? '') },
              body: null,
            },
      confirmedBy: 'statusRead',
    },
    setup,
  },
  api,
});

import {
  basicAuthorization,
  basicKeyAsUser,
  type Connector,
  defineConnector,
  empty,
  json,
  text,
} from '#libs/connector-kit';

/** An imaginary ATS that can do everything the kit knows but take an order back. */
export const acmeAts: Connector = defineConnector({
  slug: 'acme-ats',
  name: 'Acme ATS',
  docs: 'https://developers.acme-ats.example',
  assessments: {
    secret: { prefix: 'ac_', bytes: 32 },
    auth: basicKeyAsUser(),
    routes: [
      {
        action: 'listPackages',
        method: 'GET',
        paths: ['tests'],
        render: (packages) =>
          json(
            200,
            packages.map(({ id, name }) => ({ id, name })),
          ),
      },
      { action: 'reportError', method: 'POST', paths: ['errors'], parse: readComplaint, render: () => empty(204) },
    ],
    renderFailure: ({ status, reasons }) => text(status, reasons.join('\n')),
    result: {
      on: 'result',
      authorize: 'inboundKey',
      hosts: ['app.acme-ats.example'],
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
    setup: ({ vendorName, originOrgName, baseUrl, secretKey }) => ({
      urls: { listTests: `${baseUrl}/tests` },
      email: {
        to: 'support@acme-ats.example',
        subject: `Please enable ${vendorName} for ${originOrgName}`,
        body: `Key: ${secretKey}\nTests: ${baseUrl}/tests\n`,
      },
      needsPublicHttps: true,
    }),
  },
});

/** Another imaginary ATS, which cannot order assessments. */
export const plainAts: Connector = defineConnector({
  slug: 'plain-ats',
  name: 'Plain ATS',
  docs: 'https://developers.plain-ats.example',
});

function readComplaint() {
  return { call: 'tests', errors: ['is not a list'], assessmentId: null };
}

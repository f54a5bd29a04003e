import { type SandboxPart, type SandboxRequest, basicAuthorization } from '#libs/connector-kit';
import { COMPANY, type Candidate, seedCompany } from './company.js';
import { desk } from './desk.js';
import { onePagePdf } from './pdf.js';
import { demoClients } from './oauth/clients.js';
import { apiRoutes } from './routes.js';
import { readStatus } from './status-reading.js';
import { TakeHomeTests } from './take-home-tests.js';
import { resumeDeliveries } from './webhooks/delivery.js';

/** Greenhouse's side of the Assessment Partner API, of Harvest v3, OAuth and webhooks: as strict as the real one. */
const stand: SandboxPart = {
  slug: 'greenhouse',
  name: 'Greenhouse',
  company: COMPANY,
  desk,
  seed: seedCompany,
  resume: resumeDeliveries,
  async access(context) {
    const { partner, custom } = await demoClients(context);
    return {
      oauth: { method: 'oauth', clientId: partner.id, clientSecret: partner.secret },
      credentials: { method: 'client-credentials', values: { clientId: custom.id, clientSecret: custom.secret } },
    };
  },
  routes: [
    {
      // "A result is there": carries none itself, it only makes Greenhouse call test_status.
      method: 'PATCH',
      path: 'integrations/testing_partners/take_home_tests/:id',
      async handle(request, context) {
        if (!isPartner(request, context.hub.secretKey)) return refusal(401, 'The API key is not that of the partner.');
        if (request.body !== undefined) return refusal(422, 'This call has no body.');
        const test = await new TakeHomeTests(context.store).find(request.params.id ?? '');
        if (!test) return refusal(404, 'There is no such take-home test.');
        context.later(async () => {
          await readStatus(test, context);
        });
        return { status: 204 };
      },
    },
    {
      // Real links are signed and die after seven days.
      method: 'GET',
      path: 'resumes/:candidate/:file',
      async handle({ params }, { store }) {
        const candidate = await store.get<Candidate>('candidates', params.candidate ?? '');
        if (!candidate?.resume) return refusal(404, 'There is no such file.');
        const title = `${candidate.firstName} ${candidate.lastName}`;
        return { status: 200, contentType: 'application/pdf', body: onePagePdf(title, candidate.resume) };
      },
    },
    ...apiRoutes,
  ],
};
export default stand;

function isPartner({ headers }: SandboxRequest, key: string): boolean {
  return headers.authorization === basicAuthorization(key);
}

function refusal(status: number, message: string) {
  return { status, body: { message } };
}

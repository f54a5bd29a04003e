import { defineConnector } from '#libs/connector-kit';
import { updateCandidate } from './actions/candidates.js';
import { createNote } from './actions/notes.js';
import { failure } from './failure.js';
import { applications } from './resources/applications.js';
import { candidates } from './resources/candidates.js';
import { educations } from './resources/educations.js';
import { jobs } from './resources/jobs.js';
import { webhooks } from './webhooks.js';

/**
 * Linden does not exist. This is a whole connector for it, to copy: the folder, its name (which is the slug), and then file
 * by file. The hub leaves out folders whose name begins with `_`, and CI runs this one's tests like any other's.
 */
export default defineConnector({
  slug: 'linden',
  name: 'Linden',
  docs: 'https://docs.linden.example/api',
  api: {
    // Where its servers are, by region; the first is the default. Always https, host only.
    regions: {
      us: { api: 'https://api.linden.example' },
      eu: { api: 'https://api.eu.linden.example' },
    },
    connect: [
      {
        kind: 'key',
        id: 'api-key',
        label: 'API key',
        version: 'v2',
        // What a customer has to do, in its words, in steps. They are shown as they stand.
        steps: [
          'In Linden open Settings > Integrations > API keys.',
          'Choose "New key", tick the permissions listed below, and copy the key. It is shown once.',
        ],
        fields: {
          apiKey: { label: 'API key', kind: 'secret', hint: 'Begins with lin_.', pattern: /^lin_\w{20,100}$/ },
        },
        authorize: ({ apiKey = '' }) => ({ authorization: `Bearer ${apiKey}` }),
      },
    ],
    versions: {
      v2: {
        host: 'api',
        basePath: 'v2',
        // Until an answer says otherwise.
        rateLimit: {
          requests: 100,
          perSeconds: 60,
          read: (headers) => ({ ...(headers['x-left'] && { remaining: Number.parseInt(headers['x-left'], 10) || 0 }) }),
        },
        // The cheapest call that shows that the key works.
        check: { method: 'GET', path: 'me' },
        permissions: {
          // `label` is what the customer finds in Linden. A probe shows whether it is granted, without changing anything.
          people: {
            label: 'People (read)',
            access: 'read',
            scopes: [],
            probe: { method: 'GET', path: 'people', query: { limit: 1 }, grantedWhen: [200] },
          },
          openings: {
            label: 'Openings (read)',
            access: 'read',
            scopes: [],
            probe: { method: 'GET', path: 'openings', query: { limit: 1 }, grantedWhen: [200] },
          },
          // A write without a harmless way to try it has no probe: whether it is granted shows at the first write.
          notes: { label: 'Notes (write)', access: 'write', scopes: [] },
          'people.write': { label: 'People (write)', access: 'write', scopes: [] },
        },
        // In the order they are read: what others refer to first, parts after what they belong to.
        resources: [jobs, candidates, educations, applications],
        actions: { 'candidates.update': updateCandidate, 'notes.create': createNote },
        failure,
      },
    },
    webhooks,
  },
});

import type { ApiPart } from '#libs/connector-kit';
import { apiKey } from '../v1/connect.js';
import { v1 } from '../v1/index.js';
import { webhooks } from '../webhooks/index.js';
import { clientCredentials, oauth } from './connect.js';
import { v3 } from './v3.js';

/** How the hub calls Greenhouse: by v3, and by v1 for those whose old key still works. */
export const api: ApiPart = {
  regions: { us: { api: 'https://harvest.greenhouse.io', auth: 'https://auth.greenhouse.io' } },
  connect: [oauth, clientCredentials, apiKey],
  versions: { v3, v1 },
  webhooks,
};

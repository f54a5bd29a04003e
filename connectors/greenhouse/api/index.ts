import type { ApiPart } from '#libs/connector-kit';
import { webhooks } from '../webhooks/index.js';
import { clientCredentials, oauth } from './connect.js';
import { v3 } from './v3.js';

/** How the hub calls Greenhouse. */
export const api: ApiPart = {
  regions: { us: { api: 'https://harvest.greenhouse.io', auth: 'https://auth.greenhouse.io' } },
  connect: [oauth, clientCredentials],
  versions: { v3 },
  webhooks,
};

import { type ApiVersion } from '#libs/connector-kit';
import { actions } from './actions/index.js';
import { failure } from './failure.js';
import { permissions } from './permissions.js';
import { rateLimit } from './rate-limit.js';
import { resources } from './resources/index.js';

/**
 * Harvest v1, for keys that still work: Greenhouse announced its end for 31 August 2026. Every write names the user it is
 * done for. https://developers.greenhouse.io/harvest.html
 */
export const v1: ApiVersion = {
  host: 'api',
  basePath: 'v1',
  rateLimit,
  check: { method: 'GET', path: 'users', query: { per_page: 1 } },
  permissions,
  resources,
  actions,
  onBehalfOf: (userRemoteId) => ({ 'on-behalf-of': userRemoteId }),
  failure,
};

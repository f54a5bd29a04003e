import type { ApiVersion } from '#libs/connector-kit';
import { actions } from '../actions/index.js';
import { resources } from '../resources/index.js';
import { failure } from './failure.js';
import { permissions } from './permissions.js';
import { rateLimit } from './rate-limit.js';

/**
 * Harvest v3. There is no header for the user to act as: the token's own subject acts, and a note names its author.
 * https://harvestdocs.greenhouse.io
 */
export const v3: ApiVersion = {
  host: 'api',
  basePath: 'v3',
  rateLimit,
  check: { method: 'GET', path: 'users', query: { per_page: 1 } },
  permissions,
  resources,
  actions,
  failure,
};

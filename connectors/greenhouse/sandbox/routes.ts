import type { SandboxContext, SandboxRequest, SandboxResponse, SandboxRoute } from '#libs/connector-kit';
import { faultsRoute } from './faults.js';
import { serveFile } from './files.js';
import { authorize } from './oauth/authorize.js';
import { clientsRoute } from './oauth/clients-route.js';
import { introspect } from './oauth/introspect.js';
import { tokenEndpoint } from './oauth/token-endpoint.js';
import { changeTuning } from './tuning.js';
import { keysRoute } from './v1/keys.js';
import { oldHarvest } from './v1/router.js';
import { harvest } from './v3/router.js';
import { noRoute } from './v3/refusal.js';

type Handle = (request: SandboxRequest, context: SandboxContext) => Promise<SandboxResponse>;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const all = (path: string, handle: Handle): SandboxRoute[] => METHODS.map((method) => ({ method, path, handle }));

/** The host `auth`. */
const AUTH: Readonly<Record<string, Handle>> = {
  'GET auth/authorize': authorize,
  'POST auth/authorize': authorize,
  'POST auth/token': tokenEndpoint,
  'POST auth/introspect': introspect,
};

/** Nothing of the real Greenhouse: what tests and the page do to the stand-in itself. */
const CONTROLS: SandboxRoute[] = [
  { method: 'GET', path: 'faults', handle: faultsRoute },
  { method: 'POST', path: 'faults', handle: faultsRoute },
  { method: 'DELETE', path: 'faults', handle: faultsRoute },
  { method: 'PATCH', path: 'settings', handle: changeTuning },
  { method: 'POST', path: 'clients', handle: clientsRoute },
  { method: 'GET', path: 'keys', handle: keysRoute },
  { method: 'POST', path: 'keys', handle: keysRoute },
];

/** The hosts `api` and `auth` of Greenhouse, files, and the controls. */
export const apiRoutes: SandboxRoute[] = [
  ...all('api/*', (request, context) => (request.path.startsWith('api/v1/') ? oldHarvest : harvest)(request, context)),
  ...all('auth/*', (request, context) => {
    const handle = AUTH[`${request.method} ${request.path}`];
    return handle ? handle(request, context) : Promise.resolve(noRoute().toResponse());
  }),
  { method: 'GET', path: 'files/:id/:name', handle: serveFile },
  ...CONTROLS,
];

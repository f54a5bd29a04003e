import type { SandboxContext, SandboxRequest, SandboxResponse } from '#libs/connector-kit';
import { type Actor, readToken } from '../oauth/tokens.js';
import { meets } from '../faults.js';
import { listRows } from './list.js';
import { takePermit, tooMany } from './rate-limit.js';
import { Refusal, forbidden, noRoute, unauthorized } from './refusal.js';
import { isResource } from './resources.js';
import { WRITES } from './writes/index.js';
import { type WriteRoute, matchOf } from './write-route.js';

const ROOT = 'api/v3/';

/** Everything at `api/v3/…`: as strict as Greenhouse is, and in its order of looking. */
export async function harvest(request: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> {
  try {
    return await answer(request, context);
  } catch (error) {
    if (error instanceof Refusal) return error.toResponse();
    throw error;
  }
}

async function answer(request: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> {
  const path = request.path.startsWith(ROOT) ? request.path.slice(ROOT.length) : null;
  const route = path === null ? null : routeFor(request.method, path);
  if (path === null || !route) throw noRoute();
  const broken = await brokenAnswer(path, context);
  if (broken) return broken;
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const actor = await readToken(token ?? '', context);
  const client = typeof actor === 'string' ? 'nobody' : actor.clientId;
  const { headers, refusal } = takePermit(context, client);
  const reply = await (refusal ? refused(refusal) : permitted({ route, actor, request, path }, context));
  return { ...reply, headers: { ...headers, ...reply.headers } };
}

type Route = { kind: 'list'; name: Parameters<typeof listRows>[0]; scope: string } | ({ kind: 'write' } & WriteRoute);

function routeFor(method: string, path: string): Route | null {
  if ((method === 'GET' || method === 'HEAD') && isResource(path)) {
    return { kind: 'list', name: path, scope: `harvest:${path}:list` };
  }
  const write = WRITES.find((one) => one.method === method && matchOf(one.path, path));
  return write ? { kind: 'write', ...write } : null;
}

interface Call {
  route: Route;
  actor: Actor | string;
  request: SandboxRequest;
  path: string;
}

async function permitted({ route, actor, request, path }: Call, context: SandboxContext): Promise<SandboxResponse> {
  try {
    if (typeof actor === 'string') throw unauthorized(actor);
    if (meets('expired_token', path, context)) throw unauthorized('Token has expired.');
    if (!actor.scopes.has(route.scope)) throw forbidden(`The scope ${route.scope} is missing.`);
    if (route.kind === 'write') {
      const params = matchOf(route.path, path)!;
      return await route.run({ actor, params, body: request.body, unreadable: request.unreadable, context });
    }
    if (!actor.isSiteAdmin) throw forbidden('Only Site Admins may list.');
    return await listRows(route.name, request, context);
  } catch (error) {
    if (error instanceof Refusal) return error.toResponse();
    throw error;
  }
}

function refused(refusal: Refusal): SandboxResponse {
  return refusal.toResponse();
}

/** What a fault makes of the request before anybody looks at it. */
export async function brokenAnswer(path: string, context: SandboxContext): Promise<SandboxResponse | null> {
  const limited = meets('rate_limited', path, context);
  if (limited) return tooMany(Math.ceil(limited.ms / 1000)).toResponse();
  if (meets('unavailable', path, context)) return { status: 503, contentType: 'text/html', body: '<h1>503</h1>' };
  if (meets('failing', path, context)) return { status: 500, body: { message: 'Internal Server Error' } };
  if (meets('reset', path, context)) return { status: 500, isCut: true };
  const slow = meets('slow', path, context);
  if (slow) await context.pause(slow.ms);
  return null;
}

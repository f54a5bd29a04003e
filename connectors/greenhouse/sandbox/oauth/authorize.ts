import type { SandboxContext, SandboxRequest, SandboxResponse } from '#libs/connector-kit';
import { SERVICE_USER_ID, userId } from '../data/organisation.js';
import { approvedFor } from './approved-scopes.js';
import { type Client, findClient } from './clients.js';
import { giveCode } from './codes.js';
import { consentPage, errorPage } from './consent-page.js';

/** Who may sit in front of the page: the recruiter is a Site Admin, the other one is not. */
export const PEOPLE = { admin: userId(0), other: userId(3) } as const;

interface Asked {
  client: Client;
  redirectUri: string;
  state: string | undefined;
  scopes: string[];
}

type Fields = Readonly<Record<string, string | undefined>>;

/** `GET auth/authorize` shows who asks for what; the form on it comes back by `POST`. */
export async function authorize(request: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> {
  const fields: Fields = request.method === 'POST' ? ((request.body ?? {}) as Fields) : request.query;
  const asked = await readAsked(fields, context);
  if ('status' in asked) return asked;
  if (request.method !== 'POST') return consentPage({ ...asked, fields, people: PEOPLE });
  if (fields.decision !== 'allow') return backTo(asked, { error: 'access_denied' });
  return backTo(asked, { code: giveCode({ ...asked, clientId: asked.client.id, userId: actorOf(fields) }, context) });
}

/** Only a Site Admin is offered the service account. */
function actorOf({ person, service_account }: Fields): number {
  if (person === 'other') return PEOPLE.other;
  return service_account === 'on' ? SERVICE_USER_ID : PEOPLE.admin;
}

/** What was asked, or the answer to one who asks wrongly: a page as long as nobody knows whom to send back to. */
async function readAsked(fields: Fields, context: SandboxContext): Promise<Asked | SandboxResponse> {
  const client = await findClient(fields.client_id ?? '', context);
  if (client?.kind !== 'partner') return errorPage('There is no such application.');
  const redirectUri = fields.redirect_uri ?? '';
  if (!isRegistered(redirectUri, context)) return errorPage('The redirect URI is not registered for this application.');
  const scopes = [...new Set((fields.scope ?? '').split(' ').filter(Boolean))];
  const asked = { client, redirectUri, state: fields.state, scopes };
  if (fields.response_type !== 'code') return backTo(asked, { error: 'unsupported_response_type' });
  const approved = approvedFor(client);
  const strange = scopes.find((scope) => !approved.includes(scope));
  if (scopes.length === 0 || strange !== undefined) {
    const error_description = strange ? `The scope ${strange} is not approved.` : 'No scopes were asked for.';
    return backTo(asked, { error: 'invalid_scope', error_description });
  }
  return asked;
}

/** Registered is whatever is on the hub's own machine, by any of its names. */
function isRegistered(uri: string, { hub }: SandboxContext): boolean {
  const url = URL.parse(uri);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return false;
  const own = [hub.selfUrl, hub.publicUrl].map((address) => new URL(address).hostname);
  return ['localhost', '127.0.0.1', '[::1]', ...own].includes(url.hostname);
}

function backTo({ redirectUri, state }: Asked, answer: Record<string, string>): SandboxResponse {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (state !== undefined) url.searchParams.set('state', state);
  return { status: 302, headers: { location: url.href, 'cache-control': 'no-store' } };
}

import { type StandIn, type StandInOptions, startStandIn } from './stand-in.js';
import { ALL_SCOPES } from '../../connectors/greenhouse/sandbox/v3/scopes.js';

export interface Answer {
  status: number;
  headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever Greenhouse says, a test looks into it
  body: any;
}

/** A stand-in and somebody who calls its API with a token of client credentials. */
export interface Harvest {
  standIn: StandIn;
  token: string;
  get(path: string, token?: string): Promise<Answer>;
  post(path: string, body: unknown, token?: string): Promise<Answer>;
  patch(path: string, body: unknown): Promise<Answer>;
  remove(path: string): Promise<Answer>;
  /** All rows, page by page. */
  all(path: string): Promise<Record<string, unknown>[]>;
  /** A form sent to the host `auth`. */
  form(path: string, fields: Record<string, string>, client?: { id: string; secret: string }): Promise<Answer>;
}

/** With the token of a customer's own credential, or as a partner the customer has consented to. */
export async function startHarvest(options: StandInOptions & { asPartner?: boolean } = {}): Promise<Harvest> {
  const standIn = await startStandIn('greenhouse', options);
  const { credentials, oauth } = await standIn.access();
  const own = { id: credentials.values.clientId!, secret: credentials.values.clientSecret! };
  const form: Harvest['form'] = (path, fields, client = own) =>
    call('POST', `${standIn.url}/auth/${path}`, {
      headers: { authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` },
      body: new URLSearchParams(fields),
    });
  const vendor = { id: oauth.clientId, secret: oauth.clientSecret };
  const { body } = await (options.asPartner
    ? form('token', { grant_type: 'authorization_code', code: await consent(standIn.url, vendor.id) }, vendor)
    : form('token', { grant_type: 'client_credentials' }));
  const token = String(body.access_token);
  const send = (method: string, path: string, content?: unknown, other = token) =>
    call(method, path.startsWith('http') ? path : `${standIn.url}/api/v3/${path}`, {
      headers: {
        ...(other && { authorization: `Bearer ${other}` }),
        ...(content !== undefined && { 'content-type': 'application/json' }),
      },
      body: content === undefined ? null : JSON.stringify(content),
    });
  return {
    ...{ standIn, token, form },
    get: (path, other) => send('GET', path, undefined, other),
    post: (path, content, other) => send('POST', path, content, other),
    patch: (path, content) => send('PATCH', path, content),
    remove: (path) => send('DELETE', path),
    all: async (path) => {
      const rows: Record<string, unknown>[] = [];
      for (let next: string | null = path; next !== null;) {
        const page = await send('GET', next);
        if (page.status !== 200) throw new Error(`${path}: ${page.status} ${JSON.stringify(page.body)}`);
        rows.push(...(page.body as Record<string, unknown>[]));
        next = nextOf(page);
      }
      return rows;
    },
  };
}

/** Lets a Site Admin consent to everything; gives back the code. */
async function consent(url: string, client_id: string): Promise<string> {
  const redirect_uri = 'http://127.0.0.1/callback';
  const scope = ALL_SCOPES.join(' ');
  const fields = { response_type: 'code', client_id, redirect_uri, scope, decision: 'allow', service_account: 'on' };
  const body = new URLSearchParams(fields);
  const reply = await fetch(`${url}/auth/authorize`, { method: 'POST', body, redirect: 'manual' });
  return new URL(reply.headers.get('location') ?? '').searchParams.get('code')!;
}

export function nextOf({ headers }: Answer): string | null {
  return /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? null;
}

async function call(method: string, url: string, { headers, body }: RequestInit): Promise<Answer> {
  const reply = await fetch(url, { method, headers: headers!, body: body ?? null, redirect: 'manual' });
  const text = await reply.text();
  const isJson = reply.headers.get('content-type')?.includes('json');
  return { status: reply.status, headers: reply.headers, body: isJson ? JSON.parse(text) : text };
}

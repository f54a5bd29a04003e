import { createHash, randomBytes } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeOptions {
  /** Of the access tokens given out. */
  expiresInSeconds: number;
  /** The organisation whoever consents belongs to. */
  org: string;
  /** Scopes the consent grants; null for those asked for. */
  grants: string[] | null;
}

interface Family {
  org: string;
  scopes: string[];
  isDead: boolean;
}

interface Code {
  family: Family;
  redirectUri: string;
  challenge: string | null;
}

interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Comes before the answer; null goes on, `'cut'` closes the socket. After `act` it has taken effect, before it has not. */
type Fault = { when: 'before' | 'after'; answer: Answer | 'cut' };

/**
 * A strict OAuth server and a small API behind it: codes are good once and bound to their redirect address and PKCE
 * challenge, refresh tokens are good once, and using an old one ends the whole family, as the strictest ATSs have it.
 */
export class FakeAts {
  readonly options: FakeOptions = { expiresInSeconds: 3_600, org: 'org-1', grants: null };
  readonly client = { id: 'client-1', secret: 'client-secret-1' };
  readonly keys = new Map<string, Set<string>>([['fk_good', new Set(['me', 'tags:list', 'tags:create'])]]);
  /** What came in at the token endpoint, by grant type, and the API's calls by path. */
  readonly seen: string[] = [];
  /** Taken in turn by requests for tokens. */
  readonly faults: Fault[] = [];
  /** Held back before they are answered. */
  gate: Promise<void> | null = null;
  /** Statuses the API answers with in spite of everything, by path. */
  readonly broken = new Map<string, number>();
  private readonly codes = new Map<string, Code>();
  private readonly refreshTokens = new Map<string, { family: Family; isUsed: boolean }>();
  private readonly accessTokens = new Map<string, { family: Family; endsAt: number }>();
  private readonly families: Family[] = [];
  private server: Server | null = null;

  async start(): Promise<string> {
    this.server = createServer((request, response) => void this.serve(request, response));
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  /** The customer presses "allow" at a consent address; where the browser is sent. */
  consent(consentUrl: string): URL {
    const asked = new URL(consentUrl).searchParams;
    if (asked.get('client_id') !== this.client.id || asked.get('response_type') !== 'code')
      throw new Error('bad consent');
    const scopes = this.options.grants ?? (asked.get('scope') ?? '').split(' ');
    const family = { org: this.options.org, scopes, isDead: false };
    this.families.push(family);
    const code = `code-${randomBytes(8).toString('hex')}`;
    const redirectUri = asked.get('redirect_uri') ?? '';
    this.codes.set(code, { family, redirectUri, challenge: asked.get('code_challenge') });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', asked.get('state') ?? '');
    return back;
  }

  /** Tokens as if somebody had consented. */
  grant(scopes = ['tags:list']): { accessToken: string; refreshToken: string } {
    const family = { org: this.options.org, scopes, isDead: false };
    this.families.push(family);
    const { body } = this.tokens(family, true);
    const { access_token, refresh_token } = body as { access_token: string; refresh_token: string };
    return { accessToken: access_token, refreshToken: refresh_token };
  }

  /** Whether the API takes these headers. */
  takes({ authorization = '' }: Record<string, string>): boolean {
    return this.scopesOf(authorization) !== null;
  }

  /** The customer takes every consent and every client back. */
  revokeAll(): void {
    for (const family of this.families) family.isDead = true;
    this.accessTokens.clear();
  }

  /** Access tokens end before their time; refresh tokens live. */
  endAccessTokens(): void {
    this.accessTokens.clear();
  }

  count(what: string): number {
    return this.seen.filter((one) => one === what).length;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://fake');
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
    const answer = await this.answer(request, url.pathname, form);
    if (answer === 'cut') return void request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }

  private async answer(request: IncomingMessage, path: string, form: URLSearchParams): Promise<Answer | 'cut'> {
    if (path === '/auth/token') return this.token(request, form);
    if (path === '/auth/introspect') return this.introspect(request, form);
    const name = /^\/api\/v1\/(\w+)$/.exec(path)?.[1];
    return name ? this.api(request, name) : { status: 404, body: { error: 'no such path' } };
  }

  private async token(request: IncomingMessage, form: URLSearchParams): Promise<Answer | 'cut'> {
    this.seen.push(form.get('grant_type') ?? '');
    const fault = this.faults.shift();
    if (this.gate) await this.gate;
    if (fault?.when === 'before') return fault.answer;
    const answer = this.give(request, form);
    return fault?.when === 'after' ? fault.answer : answer;
  }

  private give(request: IncomingMessage, form: URLSearchParams): Answer {
    const client = clientOf(request, form);
    if (client !== `${this.client.id}:${this.client.secret}`) return { status: 401, body: { error: 'invalid_client' } };
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return this.exchange(form);
      case 'refresh_token':
        return this.refresh(form);
      case 'client_credentials':
        return this.tokens({ org: this.options.org, scopes: ['me', 'tags:list'], isDead: false }, false);
      default:
        return { status: 400, body: { error: 'unsupported_grant_type' } };
    }
  }

  private exchange(form: URLSearchParams): Answer {
    const code = this.codes.get(form.get('code') ?? '');
    this.codes.delete(form.get('code') ?? '');
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isBound = code?.redirectUri === form.get('redirect_uri') && (code?.challenge ?? verifier) === verifier;
    if (!code || !isBound) return { status: 400, body: { error: 'invalid_grant', error_description: 'bad code' } };
    return this.tokens(code.family, true);
  }

  private refresh(form: URLSearchParams): Answer {
    const known = this.refreshTokens.get(form.get('refresh_token') ?? '');
    if (!known || known.isUsed || known.family.isDead) {
      if (known) known.family.isDead = true;
      return {
        status: 400,
        body: { error: 'invalid_grant', error_description: 'The token has been used or revoked.' },
      };
    }
    known.isUsed = true;
    return this.tokens(known.family, true);
  }

  private tokens(family: Family, withRefresh: boolean): Answer {
    const access = `at_${randomBytes(12).toString('hex')}`;
    const refresh = `rt_${randomBytes(12).toString('hex')}`;
    this.accessTokens.set(access, { family, endsAt: Date.now() + this.options.expiresInSeconds * 1000 });
    if (withRefresh) this.refreshTokens.set(refresh, { family, isUsed: false });
    const { expiresInSeconds } = this.options;
    return {
      status: 200,
      body: { access_token: access, expires_in: expiresInSeconds, ...(withRefresh && { refresh_token: refresh }) },
    };
  }

  private introspect(request: IncomingMessage, form: URLSearchParams): Answer {
    this.seen.push('introspect');
    const token = this.accessTokens.get(form.get('token') ?? '');
    if (clientOf(request, form) !== `${this.client.id}:${this.client.secret}` || !token) return { status: 401 };
    const { org, scopes } = token.family;
    return {
      status: 200,
      body: { active: true, org, org_name: `Name of ${org}`, sub: 'user-7', scope: scopes.join(' ') },
    };
  }

  private api(request: IncomingMessage, name: string): Answer {
    this.seen.push(`${request.method} ${name}`);
    const broken = this.broken.get(name);
    if (broken !== undefined) return { status: broken, body: { message: 'broken on purpose' } };
    const scopes = this.scopesOf(request.headers.authorization ?? '');
    if (!scopes) return { status: 401, body: { message: `Unauthorized: ${request.headers.authorization ?? ''}` } };
    if (name === 'me') return scopes.has('me') ? { status: 200, body: { id: 'user-7' } } : { status: 403 };
    const needed = request.method === 'GET' ? `${name}:list` : `${name}:create`;
    if (!scopes.has(needed)) return { status: 403, body: { message: 'no' } };
    return request.method === 'GET'
      ? { status: 200, body: [] }
      : { status: 422, body: { errors: ['name is missing'] } };
  }

  private scopesOf(authorization: string): Set<string> | null {
    const bearer = /^Bearer (.+)$/.exec(authorization)?.[1];
    const token = bearer === undefined ? undefined : this.accessTokens.get(bearer);
    if (token) return token.endsAt < Date.now() || token.family.isDead ? null : new Set(['me', ...token.family.scopes]);
    const basic = /^Basic (.+)$/.exec(authorization)?.[1];
    const key = basic === undefined ? '' : Buffer.from(basic, 'base64').toString('utf8').replace(/:$/, '');
    return this.keys.get(key) ?? null;
  }
}

function clientOf(request: IncomingMessage, form: URLSearchParams): string {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (basic !== undefined) return Buffer.from(basic, 'base64').toString('utf8');
  return `${form.get('client_id') ?? ''}:${form.get('client_secret') ?? ''}`;
}

import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config, isSandboxUrl } from '#libs/config';
import { type ApiReply, type TokenEndpoint, type TokenReply, basicAuthorization } from '#libs/connector-kit';
import { Sender } from '#libs/delivery';
import { readReasons } from './reasons.js';

/** Who asks for a token: the account's OAuth client, or the one the customer made. */
export interface OAuthClient {
  id: string;
  secret: string;
}

/** How asking for a token ended. */
export type TokenOutcome =
  | { kind: 'token'; token: TokenReply }
  /** Answered, and the answer is no. `isFinal`: only a new consent helps. */
  | { kind: 'refused'; isFinal: boolean; status: number; reasons: string[] }
  /** It may have been taken, and the answer never came, or nobody can read it. */
  | { kind: 'lost'; error: string }
  /** Nothing was given out, and nothing was used up. */
  | { kind: 'unavailable'; error: string; retryAfterSeconds: number | null };

type Form = Readonly<Record<string, string>>;

export interface TokenRequest {
  endpoint: TokenEndpoint;
  hosts: Readonly<Record<string, string>>;
  client: OAuthClient;
  form: Form;
}

interface Posted {
  reply: ApiReply | null;
  error: string | null;
  retryAfterSeconds: number | null;
}

const TIMEOUT_MS = 10_000;
const MOST_REPLY_BYTES = 256 * 1024;
/** Errors from before the first byte went out. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'connect_timeout',
  'unsafe_target',
  'invalid_request',
]);
/** Gateways say these when they lost sight of a request that may have gone through. */
const UNCLEAR = new Set([500, 502, 504]);

/** Asks OAuth servers of ATSs for tokens. Knows nothing of who waits for them or where they are kept. */
@Injectable()
export class TokenClient {
  constructor(
    private readonly sender: Sender,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async ask(request: TokenRequest): Promise<TokenOutcome> {
    const { endpoint, form, client } = request;
    const { reply, error, retryAfterSeconds } = await this.post(request, endpoint.tokenPath, form);
    if (!reply) {
      const code = error ?? 'failed';
      return NOT_SENT.has(code)
        ? { kind: 'unavailable', error: code, retryAfterSeconds: null }
        : { kind: 'lost', error: code };
    }
    const { status } = reply;
    if (status >= 200 && status < 300) {
      const token = endpoint.readToken(reply.body, new Date().toISOString());
      return token ? { kind: 'token', token } : { kind: 'lost', error: 'unreadable_answer' };
    }
    if (UNCLEAR.has(status)) return { kind: 'lost', error: `status ${status}` };
    if (status === 429 || status >= 500 || status < 400) {
      return { kind: 'unavailable', error: `status ${status}`, retryAfterSeconds };
    }
    const reasons = readReasons(reply, [client.secret, client.id, ...Object.values(form)]);
    return { kind: 'refused', isFinal: endpoint.isFinalRefusal(reply), status, reasons };
  }

  /** Asks whose token it is; null when there was no readable answer. */
  async introspect(request: TokenRequest, path: string): Promise<ApiReply | null> {
    const { reply } = await this.post(request, path, request.form);
    return reply && reply.status >= 200 && reply.status < 300 ? reply : null;
  }

  private async post({ endpoint, hosts, client }: TokenRequest, path: string, form: Form): Promise<Posted> {
    const url = `${hosts[endpoint.host]}/${path}`;
    const headers: Record<string, string> = {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    };
    const fields = new URLSearchParams(form);
    if (endpoint.clientAuth === 'basic') headers.authorization = basicAuthorization(client.id, client.secret);
    else {
      fields.set('client_id', client.id);
      fields.set('client_secret', client.secret);
    }
    const received: { headers: Record<string, string>; chunks: Buffer[] } = { headers: {}, chunks: [] };
    const { reply } = await this.sender.send(
      {
        method: 'POST',
        url,
        headers,
        body: Buffer.from(fields.toString()),
        trusted: isSandboxUrl(this.config, url),
        sink: async (sent) => {
          received.headers = sent.headers;
          let size = 0;
          for await (const chunk of sent.body) {
            size += chunk.length;
            if (size > MOST_REPLY_BYTES) throw Object.assign(new Error('too long'), { code: 'reply_too_large' });
            received.chunks.push(chunk);
          }
        },
      },
      TIMEOUT_MS,
    );
    if (reply.error !== null || reply.status === null) {
      return { reply: null, error: reply.error, retryAfterSeconds: null };
    }
    const body = parsed(Buffer.concat(received.chunks).toString('utf8'));
    return {
      reply: { status: reply.status, headers: received.headers, body },
      error: null,
      retryAfterSeconds: reply.retryAfterMs === null ? null : reply.retryAfterMs / 1000,
    };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

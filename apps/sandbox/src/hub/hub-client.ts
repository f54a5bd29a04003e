import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Agent, request } from 'undici';
import { CONFIG, ownOrigin } from '#libs/config';
import type { Config } from '#libs/config';
import type { SandboxHub, SandboxReply } from '#libs/connector-kit';

const TIMEOUT_MS = 10_000;
const MAX_REPLY_CHARACTERS = 1_000_000;

interface ApiCall {
  apiKey: string;
  body?: unknown;
  idempotencyKey?: string;
}

/** A call of the hub's API that came to nothing; the message is one line for the people at the page and in the log. */
export class HubCallFailed extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = 'HubCallFailed';
  }
}

/** The hub as everybody else sees it: over real HTTP, at the address this process listens on. */
@Injectable()
export class HubClient implements OnModuleDestroy {
  readonly origin: string;
  private readonly agent = new Agent({ connections: 16, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });

  constructor(@Inject(CONFIG) config: Config) {
    this.origin = ownOrigin(config);
  }

  // Before the server is closed: it waits for our own connections, too.
  async onModuleDestroy(): Promise<void> {
    await this.agent.destroy();
  }

  /** Any HTTP call; never throws. */
  async call({ method, url, headers, body }: Parameters<SandboxHub['call']>[0]): Promise<SandboxReply> {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const reply = await request(url, { method, headers, body: body ?? null, signal, dispatcher: this.agent });
      const text = (await reply.body.text()).slice(0, MAX_REPLY_CHARACTERS);
      return { status: reply.statusCode, body: text, failure: null };
    } catch (error) {
      const { code, name } = error as { code?: string; name?: string };
      return { status: 0, body: '', failure: code ?? name ?? 'no connection' };
    }
  }

  /** A call of the public API. @throws HubCallFailed for everything but 2xx. */
  async api<T>(method: string, path: string, { apiKey, body, idempotencyKey }: ApiCall): Promise<T> {
    const reply = await this.call({
      method,
      url: `${this.origin}${path}`,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (reply.failure !== null) throw new HubCallFailed(`${method} ${path} got no answer (${reply.failure})`, 0);
    if (reply.status < 200 || reply.status > 299) {
      throw new HubCallFailed(
        `${method} ${path} was answered with ${reply.status}${detailOf(reply.body)}`,
        reply.status,
      );
    }
    return (reply.body === '' ? null : JSON.parse(reply.body)) as T;
  }
}

/** What the hub's problem document says. */
function detailOf(body: string): string {
  try {
    const { code, detail } = JSON.parse(body) as { code?: string; detail?: string };
    return code === undefined ? '' : `: ${code}${detail === undefined ? '' : ` (${detail})`}`;
  } catch {
    return '';
  }
}

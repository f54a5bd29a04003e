import { Injectable } from '@nestjs/common';
import type { HttpMethod } from '#libs/connector-kit';
import { Connections } from '#libs/connections';
import { Engine, type RawReply } from '#libs/engine';
import { replyHeaders, requestHeaders } from './handed-on.js';

/** A call to hand on. */
export interface PassthroughCall {
  accountId: string;
  integrationId: string;
  method: HttpMethod;
  /** Path and query as they came, without a leading slash. */
  target: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer | null;
  requestId: string;
}

/** Hands calls on to the API of an integration's ATS, and its answers back. */
@Injectable()
export class PassthroughService {
  constructor(
    private readonly connections: Connections,
    private readonly engine: Engine,
  ) {}

  /** Resolves to the ATS's answer, whatever its status. @throws HubError where there is none. */
  async forward({ accountId, integrationId, requestId, ...call }: PassthroughCall): Promise<RawReply> {
    const access = await this.connections.access(accountId, integrationId);
    const { status, headers, body } = await this.engine.exchange(
      access,
      { method: call.method, target: call.target, headers: requestHeaders(call.headers), body: call.body },
      { priority: 'interactive', requestId },
    );
    return { status, headers: replyHeaders(headers), body };
  }
}

import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HubError } from '#libs/errors';
import { acceptRawBodies, onUnreadableAddress, toHubError } from '#libs/http';
import { LOGGER, type Logger } from '#libs/telemetry';
import { HookIntake } from './hook-intake.js';

interface HookPath {
  provider: string;
  token: string;
}

/**
 * Takes in what ATSs tell: `POST /hooks/<provider>/<token>`. A webhook is verified on its bytes, stored, and answered with
 * exactly 200, which is the only word for "I have it" that every ATS understands; acting on it comes later. A route of the
 * server itself: ATSs send no API key, and any content type.
 */
@Injectable()
export class HooksMount implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly intake: HookIntake,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    onUnreadableAddress(fastify, '/hooks/', (request, reply) => this.refuse(new HubError('not_found'), request, reply));
    void fastify.register((scope, _options, done) => {
      acceptRawBodies(scope);
      scope.setErrorHandler((error, request, reply) => this.refuse(error, request, reply));
      scope.post('/hooks/:provider/:token', (request, reply) => this.receive(request, reply));
      done();
    });
  }

  private async receive(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { provider, token } = request.params as HookPath;
    const webhook = { headers: headersOf(request), rawBody: request.rawBody ?? Buffer.alloc(0) };
    await this.intake.receive({ provider, token, webhook });
    void reply.code(200).type('application/json; charset=utf-8').send('{"ok":true}');
  }

  private refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = toHubError(error);
    const { status } = problem.spec;
    if (status >= 500) this.log.error({ requestId: request.id, err: error }, 'a webhook could not be taken in');
    if (status === 503) reply.header('retry-after', '1');
    void reply.code(status).type('text/plain; charset=utf-8').send(problem.detail);
  }
}

function headersOf({ headers }: FastifyRequest): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG } from '#libs/config';
import type { Config } from '#libs/config';
import type { SandboxPart, SandboxRequest, SandboxResponse, SandboxRoute } from '#libs/connector-kit';
import { refuseStrangeHost } from '../page/same-site.js';
import { StandInContexts } from './stand-in-context.js';
import { StandIns } from './stand-ins.js';

/** Mounts what the hub calls on the stand-ins at `/sandbox/<slug>/…`. */
@Injectable()
export class StandInMount implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly standIns: StandIns,
    private readonly contexts: StandInContexts,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register((scope, _options, done) => {
      scope.addHook('onRequest', async (request) => refuseStrangeHost(this.config, request));
      for (const part of this.standIns.list()) {
        for (const route of part.routes) this.mount(scope, part, route);
      }
      done();
    });
  }

  private mount(scope: FastifyInstance, { slug }: SandboxPart, route: SandboxRoute): void {
    scope.route({
      method: route.method,
      url: `/sandbox/${slug}/${route.path}`,
      handler: async (request, reply) => {
        send(reply, await route.handle(toSandboxRequest(request, slug), this.contexts.of(slug)));
        return reply;
      },
    });
  }
}

function toSandboxRequest(request: FastifyRequest, slug: string): SandboxRequest {
  const [path = ''] = (request.raw.url ?? '').slice(`/sandbox/${slug}/`.length).split('?', 1);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]);
  return {
    method: request.method,
    path,
    params: request.params as Record<string, string>,
    query: request.query as Record<string, string>,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: request.body,
  };
}

function send(reply: FastifyReply, { status, body, contentType }: SandboxResponse): void {
  reply.code(status);
  if (contentType !== undefined) reply.type(contentType);
  if (body instanceof Uint8Array) void reply.send(Buffer.from(body));
  else if (contentType !== undefined || body === undefined) void reply.send(body);
  else void reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
}

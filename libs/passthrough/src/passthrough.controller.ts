import { Controller, Delete, Get, Patch, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IntegrationId } from '#libs/connections';
import type { HttpMethod } from '#libs/connector-kit';
import { HubError } from '#libs/errors';
import { Scopes, TouchesAts } from '#libs/http';
import { HandsOn } from './hands-on.js';
import { PassthroughService } from './passthrough.service.js';

const PREFIX = '/v1/passthrough/';

/** The ATS's own API, through the connection the hub has. */
@Controller('v1/passthrough')
export class PassthroughController {
  constructor(private readonly passthrough: PassthroughService) {}

  @Get('*')
  @Scopes('passthrough:read')
  @HandsOn()
  get(@IntegrationId() id: string, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.forward(id, request, reply);
  }

  @Post('*')
  @Scopes('passthrough:write')
  @HandsOn()
  @TouchesAts()
  post(@IntegrationId() id: string, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.forward(id, request, reply);
  }

  @Put('*')
  @Scopes('passthrough:write')
  @HandsOn()
  @TouchesAts()
  put(@IntegrationId() id: string, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.forward(id, request, reply);
  }

  @Patch('*')
  @Scopes('passthrough:write')
  @HandsOn()
  @TouchesAts()
  patch(@IntegrationId() id: string, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.forward(id, request, reply);
  }

  @Delete('*')
  @Scopes('passthrough:write')
  @HandsOn()
  @TouchesAts()
  delete(@IntegrationId() id: string, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.forward(id, request, reply);
  }

  private async forward(integrationId: string, request: FastifyRequest, reply: FastifyReply): Promise<Buffer> {
    const { caller, id: requestId, raw, headers, rawBody } = request;
    if (!caller) throw new HubError('unauthorized');
    const answer = await this.passthrough.forward({
      accountId: caller.accountId,
      integrationId,
      method: methodOf(request),
      target: targetOf(raw.url ?? ''),
      headers,
      body: rawBody ?? null,
      requestId,
    });
    reply.code(answer.status).headers({ ...answer.headers, 'x-upstream-status': String(answer.status) });
    return answer.body;
  }
}

/** What came behind the prefix, undecoded. */
function targetOf(url: string): string {
  if (!url.startsWith(PREFIX)) throw new HubError('not_found');
  return url.slice(PREFIX.length);
}

/** Fastify has GET's handler answer HEAD, and drops the body. */
function methodOf({ method }: FastifyRequest): HttpMethod {
  return method === 'HEAD' ? 'GET' : (method as HttpMethod);
}

import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '#libs/http';
import { ConsentCallbackService, type ConsentEnd } from './consent-callback.service.js';
import { renderConsentPage } from './consent-page.js';
import { withOutcome } from './return-url.js';

/** Where an ATS sends the customer's browser after consent: no API, hence not in its document. */
@ApiExcludeController()
@Public()
@Controller('oauth')
export class ConsentCallbackController {
  constructor(private readonly callbacks: ConsentCallbackService) {}

  @Get(':provider/callback')
  async finish(
    @Param('provider') provider: string,
    @Query() query: Record<string, string>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    void reply.header('cache-control', 'no-store');
    // Whoever only looks whether the address is there must not use the consent up.
    if (request.method !== 'GET') return void reply.code(204).send();
    answer(reply, await this.callbacks.finish(provider, query));
  }
}

function answer(reply: FastifyReply, { failure, integrationId, returnUrl }: ConsentEnd): void {
  if (returnUrl !== null) {
    const outcome: Record<string, string> = failure
      ? { error: failure.error, error_description: failure.message }
      : { status: 'connected' };
    if (integrationId !== null) outcome.integrationId = integrationId;
    return void reply.code(303).header('location', withOutcome(returnUrl, outcome)).send();
  }
  const page = renderConsentPage(failure);
  void reply
    .code(failure ? 400 : 200)
    .header('content-type', 'text/html; charset=utf-8')
    .send(page);
}

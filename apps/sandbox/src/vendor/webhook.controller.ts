import { Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { HubError } from '#libs/errors';
import { Public } from '#libs/http';
import { KnownHostGuard } from '../page/same-site.js';
import { DemoVendor } from './demo-vendor.js';
import { Inbox } from './inbox.js';

/** The webhook endpoint of the demo vendor, as a subscriber would write it: verify the raw bytes, keep, answer, then act. */
@Public()
@ApiExcludeController()
@UseGuards(KnownHostGuard)
@Controller('sandbox/vendor')
export class WebhookController {
  constructor(
    private readonly inbox: Inbox,
    private readonly vendor: DemoVendor,
  ) {}

  @Post('webhook')
  @HttpCode(204)
  async receive(@Req() { rawBody, headers }: FastifyRequest): Promise<void> {
    if (!rawBody?.length) throw new HubError('bad_request', { detail: 'A webhook has a body.' });
    const event = await this.inbox.receive({ bytes: rawBody, headers: headers as Record<string, string> });
    if (!event.verified) throw new HubError('bad_request', { detail: 'The signature is not that of the hub.' });
    // A copy, too: the first may have been kept just before the process died.
    await this.vendor.take(event);
  }
}

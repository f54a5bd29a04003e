import { Body, Controller, Header, HttpCode, Inject, Param, Post, Req, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { CONFIG } from '#libs/config';
import type { Config } from '#libs/config';
import { Public } from '#libs/http';
import { AtsService } from './ats.service.js';
import { ActDto, ConnectDto, FaultDto, NothingDto } from './page.dto.js';
import { SameSiteGuard } from './same-site.js';
import { isFromThisMachine } from './this-machine.js';

/** What the page in the browser does in a stand-in. */
@Public()
@ApiExcludeController()
@UseGuards(SameSiteGuard)
@Controller('sandbox/api/stand-ins/:slug')
export class AtsController {
  constructor(
    private readonly ats: AtsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post('act')
  @HttpCode(204)
  act(@Param('slug') slug: string, @Body() body: ActDto): Promise<void> {
    return this.ats.act(slug, body);
  }

  @Post('faults')
  @HttpCode(204)
  setFault(@Param('slug') slug: string, @Body() body: FaultDto): Promise<void> {
    return this.ats.setFault(slug, body);
  }

  @Post('webhooks')
  @HttpCode(204)
  addWebhooks(@Param('slug') slug: string, @Body() _: NothingDto): Promise<void> {
    return this.ats.addWebhooks(slug);
  }

  @Post('connect')
  @HttpCode(200)
  connect(@Param('slug') slug: string, @Body() body: ConnectDto): Promise<{ consentUrl: string | null }> {
    return this.ats.connect(slug, body);
  }

  @Post('reveal-access')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  revealAccess(@Param('slug') slug: string, @Req() request: FastifyRequest, @Body() _: NothingDto) {
    return this.ats.revealAccess(slug, isFromThisMachine(this.config, request));
  }
}

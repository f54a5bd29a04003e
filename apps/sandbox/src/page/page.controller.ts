import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG } from '#libs/config';
import type { Config } from '#libs/config';
import { Public } from '#libs/http';
import type { PageState } from '../page-state.js';
import { Changes } from '../store/changes.js';
import { DemoVendor } from '../vendor/demo-vendor.js';
import { isFromThisMachine } from './this-machine.js';
import { AutomaticDto, ChooseTestDto, NothingDto, PageStateQueryDto, ReportByHandDto } from './page.dto.js';
import { PageService } from './page.service.js';
import { SameSiteGuard } from './same-site.js';

/** Shorter than proxies and browsers wait. */
const WAIT_MS = 20_000;

/** What the page in the browser asks for. */
@Public()
@ApiExcludeController()
@UseGuards(SameSiteGuard)
@Controller('sandbox/api')
export class PageController {
  constructor(
    private readonly page: PageService,
    private readonly vendor: DemoVendor,
    private readonly changes: Changes,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('state')
  @Header('cache-control', 'no-store')
  async state(
    @Query() query: PageStateQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PageState | null> {
    const version = await this.changes.next(query.version, WAIT_MS);
    if (version === null) return endOf(reply);
    return { version, ...(await this.page.view(query)) };
  }

  @Post('stand-ins/:slug/stage/open')
  @HttpCode(204)
  openStage(@Param('slug') slug: string, @Body() _: NothingDto): Promise<void> {
    return this.page.openStage(slug);
  }

  @Put('stand-ins/:slug/stage')
  @HttpCode(204)
  chooseTest(@Param('slug') slug: string, @Body() { testId }: ChooseTestDto): Promise<void> {
    return this.page.chooseTest(slug, testId);
  }

  @Post('stand-ins/:slug/candidates/:id/send-test')
  @HttpCode(204)
  sendTest(@Param('slug') slug: string, @Param('id') id: string, @Body() _: NothingDto): Promise<void> {
    return this.page.sendTest(slug, id);
  }

  @Post('stand-ins/:slug/candidates/:id/check-status')
  @HttpCode(204)
  checkStatus(@Param('slug') slug: string, @Param('id') id: string, @Body() _: NothingDto): Promise<void> {
    return this.page.checkStatus(slug, id);
  }

  @Put('vendor/mode')
  @HttpCode(204)
  setMode(@Body() { automatic }: AutomaticDto): Promise<void> {
    return this.vendor.setAutomatic(automatic);
  }

  @Post('vendor/orders/:id/report')
  @HttpCode(204)
  report(@Param('id') id: string, @Body() report: ReportByHandDto): Promise<void> {
    return this.vendor.reportByHand(id, report);
  }

  @Post('reveal-key')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  revealKey(@Req() request: FastifyRequest, @Body() _: NothingDto) {
    return this.page.revealKey(isFromThisMachine(this.config, request));
  }
}

/** No content. A server that stops waits for its connections: one kept open for the next question would hold it up. */
function endOf(reply: FastifyReply): null {
  void reply.code(204).header('connection', 'close');
  return null;
}

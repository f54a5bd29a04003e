import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountId, ApiPage, ApiProblem, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import { CheckService } from './checks/check.service.js';
import { ConnectCalls } from './connect-calls.service.js';
import { ConnectionLifeService } from './connection-life.service.js';
import {
  CheckDto,
  CheckReplyDto,
  ConnectDto,
  ConnectReplyDto,
  ConnectionDto,
  IssueDto,
  RequestSetupDto,
} from './connections.dto.js';

const ID = { name: 'id', example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' };

@ApiTags('Connections')
@ApiBearerAuth()
@Controller('v1/integrations/:id')
export class ConnectionsController {
  constructor(
    private readonly calls: ConnectCalls,
    private readonly checks: CheckService,
    private readonly life: ConnectionLifeService,
  ) {}

  @Post('connect')
  @HttpCode(200)
  @Scopes('connections:write')
  @ApiOperation({
    summary: 'Connect an integration to its ATS',
    description:
      'With credentials it is tried at once, and stored only if the ATS takes them. By consent the reply says where to send the customer’s browser; the integration is connected when it comes back.',
  })
  @ApiParam(ID)
  @ApiProblem('not_found', 'conflict', 'credentials_refused', 'capability_unsupported', 'provider_unavailable')
  @ApiOkResponse({ type: ConnectReplyDto })
  connect(@AccountId() accountId: string, @Param('id') id: string, @Body() body: ConnectDto): Promise<ConnectReplyDto> {
    return this.calls.connect(accountId, id, body);
  }

  @Get('connection')
  @Scopes('connections:read')
  @ApiOperation({ summary: 'Read how an integration is connected' })
  @ApiParam(ID)
  @ApiProblem('not_found')
  @ApiOkResponse({ type: ConnectionDto })
  get(@AccountId() accountId: string, @Param('id') id: string): Promise<ConnectionDto> {
    return this.life.get(accountId, id);
  }

  @Post('check')
  @HttpCode(200)
  @Scopes('connections:write')
  @ApiOperation({
    summary: 'Try whether the connection works and what it permits',
    description: 'What is missing becomes the integration’s `statusReason`, by the ATS’s own names.',
  })
  @ApiParam(ID)
  @ApiProblem('not_found', 'integration_not_connected', 'needs_relink', 'provider_unavailable')
  @ApiOkResponse({ type: CheckReplyDto })
  check(@AccountId() accountId: string, @Param('id') id: string, @Body() body: CheckDto): Promise<CheckReplyDto> {
    return this.checks.check(accountId, id, body.permissions);
  }

  @Post('disconnect')
  @HttpCode(204)
  @Scopes('connections:write')
  @ApiOperation({
    summary: 'Disconnect an integration from its ATS',
    description: 'Credentials are deleted and syncs stop; the integration and its records stay.',
  })
  @ApiParam(ID)
  @ApiProblem('not_found')
  @ApiNoContentResponse()
  disconnect(@AccountId() accountId: string, @Param('id') id: string): Promise<void> {
    return this.life.disconnect(accountId, id);
  }

  @Post('request-setup')
  @HttpCode(204)
  @Scopes('connections:write')
  @ApiOperation({
    summary: 'Ask an operator to connect an integration',
    description: 'Raises `integration.setup_requested`. Connecting finishes it, or `PATCH /v1/integrations/{id}`.',
  })
  @ApiParam(ID)
  @ApiProblem('not_found', 'conflict')
  @ApiNoContentResponse()
  requestSetup(@AccountId() accountId: string, @Param('id') id: string, @Body() body: RequestSetupDto): Promise<void> {
    return this.life.requestSetup(accountId, id, body);
  }

  @Get('issues')
  @Scopes('connections:read')
  @ApiOperation({ summary: 'List what is wrong, with what the customer can do about it' })
  @ApiParam(ID)
  @ApiProblem('not_found')
  @ApiPage(IssueDto)
  async issues(@AccountId() accountId: string, @Param('id') id: string): Promise<Page<IssueDto>> {
    return { data: await this.life.issues(accountId, id), nextCursor: null };
  }
}

import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountId, ApiProblem, Caller, type CallerIdentity, Scopes, TouchesAts } from '#libs/http';
import { ProviderWebhooksDto, RotateWebhookSecretDto, SubscribeDto, SubscribedDto } from './webhooks.dto.js';
import { WebhooksService } from './webhooks.service.js';

const ID = { name: 'id', example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' };

@ApiTags('Provider webhooks')
@ApiBearerAuth()
@ApiProblem('not_found', 'capability_unsupported')
@Controller('v1/integrations/:id/webhooks')
export class ProviderWebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Get()
  @Scopes('integrations:read')
  @ApiOperation({
    summary: 'Read how the ATS tells the hub of changes',
    description: 'Its address, what to click where in the ATS, and what came last.',
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: ProviderWebhooksDto })
  get(@Caller() { accountId, scopes }: CallerIdentity, @Param('id') id: string): Promise<ProviderWebhooksDto> {
    return this.webhooks.get(accountId, id, scopes.includes('integrations:write'));
  }

  @Post('subscribe')
  @HttpCode(200)
  @TouchesAts()
  @Scopes('integrations:write')
  @ApiOperation({
    summary: 'Have the hub make the webhooks in the ATS',
    description: 'Where the ATS does not allow it the reply says so, and what to do by hand. Those in place stay.',
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: SubscribedDto })
  subscribe(
    @AccountId() accountId: string,
    @Param('id') id: string,
    @Body() body: SubscribeDto,
  ): Promise<SubscribedDto> {
    return this.webhooks.subscribe(accountId, id, body);
  }

  @Post('rotate-secret')
  @HttpCode(200)
  @TouchesAts()
  @Scopes('integrations:write')
  @ApiOperation({
    summary: 'Give the webhooks a new secret',
    description: 'Those the hub made are made anew; those that people made have to be changed by them.',
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: ProviderWebhooksDto })
  rotate(
    @AccountId() accountId: string,
    @Param('id') id: string,
    @Body() body: RotateWebhookSecretDto,
  ): Promise<ProviderWebhooksDto> {
    return this.webhooks.rotate(accountId, id, body);
  }
}

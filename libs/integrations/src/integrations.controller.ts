import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { AccountId, ApiPage, ApiProblem, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import { CreateIntegrationDto, IntegrationDto, ListIntegrationsDto, UpdateIntegrationDto } from './integrations.dto.js';
import { IntegrationsService } from './integrations.service.js';

const ID = { name: 'id', example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' };

@ApiTags('Integrations')
@ApiBearerAuth()
@Controller('v1/integrations')
export class IntegrationsController {
  constructor(private readonly integrations: IntegrationsService) {}

  @Post()
  @Scopes('integrations:write')
  @ApiOperation({
    summary: 'Connect a customer’s ATS',
    description:
      'One per customer and ATS: a second one is 409 and names the first; a deleted one comes back under its id.',
  })
  @ApiCreatedResponse({ type: IntegrationDto })
  @ApiProblem('conflict')
  create(@AccountId() accountId: string, @Body() body: CreateIntegrationDto): Promise<IntegrationDto> {
    return this.integrations.create(accountId, body);
  }

  @Get()
  @Scopes('integrations:read')
  @ApiOperation({ summary: 'List integrations, newest first' })
  @ApiPage(IntegrationDto)
  list(@AccountId() accountId: string, @Query() query: ListIntegrationsDto): Promise<Page<IntegrationDto>> {
    return this.integrations.list(accountId, query);
  }

  @Get(':id')
  @Scopes('integrations:read')
  @ApiOperation({ summary: 'Read an integration' })
  @ApiParam(ID)
  @ApiProblem('not_found')
  @ApiOkResponse({ type: IntegrationDto })
  get(@AccountId() accountId: string, @Param('id') id: string): Promise<IntegrationDto> {
    return this.integrations.get(accountId, id);
  }

  @Patch(':id')
  @Scopes('integrations:write')
  @ApiOperation({
    summary: 'Change an integration',
    description: 'Adding a callback host sends the callbacks that were held back for it.',
  })
  @ApiParam(ID)
  @ApiProblem('not_found', 'conflict')
  @ApiOkResponse({ type: IntegrationDto })
  update(
    @AccountId() accountId: string,
    @Param('id') id: string,
    @Body() body: UpdateIntegrationDto,
  ): Promise<IntegrationDto> {
    return this.integrations.update(accountId, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('integrations:write')
  @ApiOperation({
    summary: 'Disconnect an integration',
    description: 'Its secrets are revoked at once; its records stay readable.',
  })
  @ApiParam(ID)
  @ApiProblem('not_found')
  @ApiNoContentResponse()
  remove(@AccountId() accountId: string, @Param('id') id: string): Promise<void> {
    return this.integrations.remove(accountId, id);
  }
}

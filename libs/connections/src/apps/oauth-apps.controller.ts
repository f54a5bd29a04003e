import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountId, ApiPage, ApiProblem, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import { OauthAppDto, OauthAppQueryDto, SaveOauthAppDto } from './oauth-apps.dto.js';
import { OauthAppsService } from './oauth-apps.service.js';

const PROVIDER = { name: 'provider', example: 'acme-ats' };

@ApiTags('Connections')
@ApiBearerAuth()
@Controller('v1/oauth-apps')
export class OauthAppsController {
  constructor(private readonly apps: OauthAppsService) {}

  @Get()
  @Scopes('connections:read')
  @ApiOperation({ summary: 'List your OAuth clients at ATSs' })
  @ApiPage(OauthAppDto)
  async list(@AccountId() accountId: string): Promise<Page<OauthAppDto>> {
    return { data: await this.apps.list(accountId), nextCursor: null };
  }

  @Get(':provider')
  @Scopes('connections:read')
  @ApiOperation({ summary: 'Read your OAuth client at an ATS' })
  @ApiParam(PROVIDER)
  @ApiProblem('not_found', 'capability_unsupported')
  @ApiOkResponse({ type: OauthAppDto })
  get(
    @AccountId() accountId: string,
    @Param('provider') provider: string,
    @Query() { region }: OauthAppQueryDto,
  ): Promise<OauthAppDto> {
    return this.apps.get(accountId, provider, region);
  }

  @Put(':provider')
  @Scopes('connections:write')
  @ApiOperation({
    summary: 'Set your OAuth client at an ATS',
    description: 'The client the ATS gave to you, for consents of your customers. The secret is never shown again.',
  })
  @ApiParam(PROVIDER)
  @ApiProblem('not_found', 'conflict', 'capability_unsupported')
  @ApiOkResponse({ type: OauthAppDto })
  save(
    @AccountId() accountId: string,
    @Param('provider') provider: string,
    @Body() body: SaveOauthAppDto,
  ): Promise<OauthAppDto> {
    return this.apps.save(accountId, provider, body);
  }

  @Delete(':provider')
  @HttpCode(204)
  @Scopes('connections:write')
  @ApiOperation({ summary: 'Remove your OAuth client at an ATS' })
  @ApiParam(PROVIDER)
  @ApiProblem('not_found', 'conflict', 'capability_unsupported')
  @ApiNoContentResponse()
  remove(
    @AccountId() accountId: string,
    @Param('provider') provider: string,
    @Query() { region }: OauthAppQueryDto,
  ): Promise<void> {
    return this.apps.remove(accountId, provider, region);
  }
}

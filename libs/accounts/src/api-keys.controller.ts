import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { AccountId, ApiPage, ApiProblem, Caller, type CallerIdentity, PageQueryDto, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import { ApiKeyDto, ApiKeyWithSecretDto, CreateApiKeyDto, RotateApiKeyDto } from './api-keys.dto.js';
import { ApiKeysService } from './api-keys.service.js';

const ID_EXAMPLE = 'key_0Mrh4K7dT1cQpJx2vLw8Zb';

@ApiTags('API keys')
@ApiBearerAuth()
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Post()
  @Scopes('api-keys:write')
  @ApiOperation({ summary: 'Make an API key' })
  @ApiCreatedResponse({ type: ApiKeyWithSecretDto })
  create(@Caller() caller: CallerIdentity, @Body() body: CreateApiKeyDto): Promise<ApiKeyWithSecretDto> {
    return this.keys.create(caller, body);
  }

  @Get()
  @Scopes('api-keys:read')
  @ApiOperation({ summary: 'List API keys, newest first, revoked ones too' })
  @ApiPage(ApiKeyDto)
  list(@AccountId() accountId: string, @Query() page: PageQueryDto): Promise<Page<ApiKeyDto>> {
    return this.keys.list(accountId, page);
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Scopes('api-keys:write')
  @ApiOperation({ summary: 'Put a new key under the same id' })
  @ApiParam({ name: 'id', example: ID_EXAMPLE })
  @ApiProblem('not_found', 'conflict')
  @ApiOkResponse({ type: ApiKeyWithSecretDto })
  rotate(
    @Caller() caller: CallerIdentity,
    @Param('id') id: string,
    @Body() body: RotateApiKeyDto,
  ): Promise<ApiKeyWithSecretDto> {
    return this.keys.rotate(caller, id, body.overlapSeconds ?? 0);
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('api-keys:write')
  @ApiOperation({ summary: 'Revoke an API key at once' })
  @ApiParam({ name: 'id', example: ID_EXAMPLE })
  @ApiProblem('not_found', 'conflict')
  @ApiNoContentResponse()
  revoke(@AccountId() accountId: string, @Param('id') id: string): Promise<void> {
    return this.keys.revoke(accountId, id);
  }
}

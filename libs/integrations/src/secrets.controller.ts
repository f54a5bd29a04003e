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
import { AccountId, ApiPage, ApiProblem, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import { CreateSecretDto, ListSecretsDto, RotateSecretDto, SecretDto, SecretWithKeyDto } from './secrets.dto.js';
import { SecretsService } from './secrets.service.js';

const ID = { name: 'id', example: 'sec_0Mrh4K7dT1cQpJx2vLw8Zb' };

@ApiTags('Assessment secrets')
@ApiBearerAuth()
@Controller('v1/ats/assessments/secrets')
export class SecretsController {
  constructor(private readonly secrets: SecretsService) {}

  @Post()
  @Scopes('integrations:write')
  @ApiOperation({
    summary: 'Create ATS Assessment Secrets',
    description:
      'What a customer hands to its ATS so that it can order assessments. A second call for the same customer adds a live secret to the same integration.',
  })
  @ApiCreatedResponse({ type: SecretWithKeyDto })
  @ApiProblem('conflict', 'capability_unsupported')
  create(@AccountId() accountId: string, @Body() body: CreateSecretDto): Promise<SecretWithKeyDto> {
    return this.secrets.create(accountId, body);
  }

  @Get()
  @Scopes('integrations:read')
  @ApiOperation({ summary: 'List secrets, newest first, without their keys' })
  @ApiPage(SecretDto)
  list(@AccountId() accountId: string, @Query() query: ListSecretsDto): Promise<Page<SecretDto>> {
    return this.secrets.list(accountId, query);
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Scopes('integrations:write')
  @ApiOperation({ summary: 'Put a new key under the same id' })
  @ApiParam(ID)
  @ApiProblem('not_found', 'conflict')
  @ApiOkResponse({ type: SecretWithKeyDto })
  rotate(
    @AccountId() accountId: string,
    @Param('id') id: string,
    @Body() body: RotateSecretDto,
  ): Promise<SecretWithKeyDto> {
    return this.secrets.rotate(accountId, id, body.overlapSeconds ?? 0);
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('integrations:write')
  @ApiOperation({ summary: 'Revoke every key under this id' })
  @ApiParam(ID)
  @ApiProblem('not_found')
  @ApiNoContentResponse()
  revoke(@AccountId() accountId: string, @Param('id') id: string): Promise<void> {
    return this.secrets.revoke(accountId, id);
  }
}

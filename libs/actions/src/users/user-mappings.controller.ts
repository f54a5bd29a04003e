import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { HubError } from '#libs/errors';
import { AccountId, ApiPage, ApiProblem, MAX_BODY_BYTES, Scopes, TakesRaw } from '#libs/http';
import type { Page } from '#libs/model';
import {
  ImportReplyDto,
  ListUserMappingsDto,
  MatchReplyDto,
  SaveUserMappingDto,
  UserMappingDto,
} from './user-mappings.dto.js';
import { UserMappingsService } from './user-mappings.service.js';

const ID = { name: 'id', example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' };
const CSV = 'externalUserId,email\nu-4711,kim@globex.example\n';

@ApiTags('User mappings')
@ApiBearerAuth()
@ApiParam(ID)
@ApiProblem('not_found')
@Controller('v1/integrations/:id/user-mappings')
export class UserMappingsController {
  constructor(private readonly mappings: UserMappingsService) {}

  @Get()
  @Scopes('integrations:read')
  @ApiOperation({ summary: 'List who your users are in the ATS' })
  @ApiPage(UserMappingDto)
  list(
    @AccountId() accountId: string,
    @Param('id') integrationId: string,
    @Query() query: ListUserMappingsDto,
  ): Promise<Page<UserMappingDto>> {
    return this.mappings.list({ accountId, integrationId }, query);
  }

  @Put()
  @Scopes('integrations:write')
  @ApiOperation({
    summary: 'Say who one of your users is in the ATS',
    description:
      'By the id of a user, or by an e-mail address: then whoever has it, now or once the syncs bring somebody.',
  })
  @ApiProblem('conflict')
  @ApiOkResponse({ type: UserMappingDto })
  save(
    @AccountId() accountId: string,
    @Param('id') integrationId: string,
    @Body() body: SaveUserMappingDto,
  ): Promise<UserMappingDto> {
    return this.mappings.save({ accountId, integrationId }, body);
  }

  @Delete(':externalUserId')
  @HttpCode(204)
  @Scopes('integrations:write')
  @ApiOperation({ summary: 'Forget who one of your users is' })
  @ApiParam({ name: 'externalUserId', example: 'u-4711' })
  @ApiNoContentResponse()
  remove(
    @AccountId() accountId: string,
    @Param('id') integrationId: string,
    @Param('externalUserId') externalUserId: string,
  ): Promise<void> {
    return this.mappings.remove({ accountId, integrationId }, externalUserId);
  }

  @Post('match')
  @HttpCode(200)
  @Scopes('integrations:write')
  @ApiOperation({ summary: 'Find the users of all mappings by their e-mail addresses' })
  @ApiProblem('conflict')
  @ApiOkResponse({ type: MatchReplyDto })
  match(@AccountId() accountId: string, @Param('id') integrationId: string): Promise<MatchReplyDto> {
    return this.mappings.match({ accountId, integrationId });
  }

  @Post('import')
  @HttpCode(200)
  @TakesRaw(MAX_BODY_BYTES)
  @Scopes('integrations:write')
  @ApiOperation({
    summary: 'Import users from a CSV file',
    description:
      'UTF-8 with the header `externalUserId,email`, at most 10,000 rows and 1 MB. Good lines are taken, the others reported.',
  })
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string', example: CSV } })
  @ApiProblem('conflict')
  @ApiOkResponse({ type: ImportReplyDto })
  import(
    @AccountId() accountId: string,
    @Param('id') integrationId: string,
    @Req() { headers, rawBody }: FastifyRequest,
  ): Promise<ImportReplyDto> {
    return this.mappings.import({ accountId, integrationId }, csvOf(headers['content-type'], rawBody));
  }
}

/** @throws HubError unsupported_media_type, or invalid_input for no file at all. */
function csvOf(contentType: string | undefined, bytes: Buffer | undefined): Buffer {
  const [type = ''] = (contentType ?? '').toLowerCase().split(';');
  if (type.trim() !== 'text/csv')
    throw new HubError('unsupported_media_type', { detail: 'The body must be text/csv.' });
  return bytes ?? Buffer.alloc(0);
}

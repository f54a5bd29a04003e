import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountId, ApiProblem, Scopes } from '#libs/http';
import { DefaultUserDto, SaveDefaultUserDto } from './user-mappings.dto.js';
import { UserMappingsService } from './user-mappings.service.js';

const ID = { name: 'id', example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' };

@ApiTags('User mappings')
@ApiBearerAuth()
@ApiParam(ID)
@ApiProblem('not_found')
@Controller('v1/integrations/:id/default-user')
export class DefaultUserController {
  constructor(private readonly mappings: UserMappingsService) {}

  @Get()
  @Scopes('integrations:read')
  @ApiOperation({ summary: 'Read who writes are done for when they do not say' })
  @ApiOkResponse({ type: DefaultUserDto })
  get(@AccountId() accountId: string, @Param('id') integrationId: string): Promise<DefaultUserDto> {
    return this.mappings.getDefault({ accountId, integrationId });
  }

  @Put()
  @Scopes('integrations:write')
  @ApiOperation({
    summary: 'Set who writes are done for when they do not say',
    description: 'Used only where the ATS cannot do without a user.',
  })
  @ApiProblem('conflict')
  @ApiOkResponse({ type: DefaultUserDto })
  set(
    @AccountId() accountId: string,
    @Param('id') integrationId: string,
    @Body() { userId }: SaveDefaultUserDto,
  ): Promise<DefaultUserDto> {
    return this.mappings.setDefault({ accountId, integrationId }, userId);
  }

  @Delete()
  @HttpCode(204)
  @Scopes('integrations:write')
  @ApiOperation({ summary: 'Have no default user' })
  @ApiProblem('conflict')
  @ApiNoContentResponse()
  async remove(@AccountId() accountId: string, @Param('id') integrationId: string): Promise<void> {
    await this.mappings.setDefault({ accountId, integrationId }, null);
  }
}

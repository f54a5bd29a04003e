import { Body, Controller, Get, Param, Patch } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountId, ApiProblem, Scopes } from '#libs/http';
import { SyncSettingsDto, UpdateSyncSettingsDto } from './settings.dto.js';
import { SettingsService } from './settings.service.js';

const ID = { name: 'id', example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' };

@ApiTags('Sync')
@ApiBearerAuth()
@ApiProblem('not_found')
@Controller('v1/integrations/:id/sync-settings')
export class SyncSettingsController {
  constructor(private readonly settings: SettingsService) {}

  @Get()
  @Scopes('integrations:read')
  @ApiOperation({ summary: 'Read how an integration is synced' })
  @ApiParam(ID)
  @ApiOkResponse({ type: SyncSettingsDto })
  get(@AccountId() accountId: string, @Param('id') id: string): Promise<SyncSettingsDto> {
    return this.settings.get(accountId, id);
  }

  @Patch()
  @Scopes('integrations:write')
  @ApiOperation({
    summary: 'Change how an integration is synced',
    description: 'What is left out stays as it is. A model that is added is read whole by the next sync.',
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: SyncSettingsDto })
  update(
    @AccountId() accountId: string,
    @Param('id') id: string,
    @Body() body: UpdateSyncSettingsDto,
  ): Promise<SyncSettingsDto> {
    return this.settings.update(accountId, id, body);
  }
}

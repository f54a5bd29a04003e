import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ForIntegration, IntegrationId } from '#libs/connections';
import { AccountId, ApiProblem, Scopes } from '#libs/http';
import { ActionMetaDto } from './meta.dto.js';
import { MetaService } from './meta.service.js';

@ApiTags('ATS: writes')
@ApiBearerAuth()
@ForIntegration()
@Controller('v1/ats/meta')
export class MetaController {
  constructor(private readonly meta: MetaService) {}

  @Get(':action')
  @Scopes('ats:read')
  @ApiOperation({
    summary: 'Read what an action takes and does for one integration',
    description: 'The schema has only what the ATS takes. Small dictionaries are in it, with the names of the records.',
  })
  @ApiParam({ name: 'action', example: 'notes.create' })
  @ApiProblem('integration_not_connected', 'capability_unsupported')
  @ApiOkResponse({ type: ActionMetaDto })
  describe(
    @AccountId() accountId: string,
    @IntegrationId() integrationId: string,
    @Param('action') action: string,
  ): Promise<ActionMetaDto> {
    return this.meta.describe({ accountId, integrationId }, action);
  }
}

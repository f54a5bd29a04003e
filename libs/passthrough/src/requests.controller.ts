import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountId, ApiPage, ApiProblem, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import { ListRequestsDto, OutboundRequestDto } from './requests.dto.js';
import { RequestsService } from './requests.service.js';

@ApiTags('Integrations')
@ApiBearerAuth()
@Controller('v1/integrations/:id/requests')
export class RequestsController {
  constructor(private readonly requests: RequestsService) {}

  @Get()
  @Scopes('integrations:read')
  @ApiOperation({ summary: 'What the hub asked of the ATS, newest first' })
  @ApiParam({ name: 'id', example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' })
  @ApiProblem('not_found')
  @ApiPage(OutboundRequestDto)
  list(
    @AccountId() accountId: string,
    @Param('id') id: string,
    @Query() query: ListRequestsDto,
  ): Promise<Page<OutboundRequestDto>> {
    return this.requests.list(accountId, id, query);
  }
}

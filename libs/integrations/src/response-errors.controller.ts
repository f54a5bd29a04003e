import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountId, ApiPage, ApiProblem, PageQueryDto, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import { ResponseErrorDto } from './response-errors.dto.js';
import { ResponseErrorsService } from './response-errors.service.js';

@ApiTags('Integrations')
@ApiBearerAuth()
@Controller('v1/integrations/:id/response-errors')
export class ResponseErrorsController {
  constructor(private readonly responseErrors: ResponseErrorsService) {}

  @Get()
  @Scopes('integrations:read')
  @ApiOperation({ summary: 'What the ATS did not like about the hub’s answers, newest first' })
  @ApiParam({ name: 'id', example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' })
  @ApiProblem('not_found')
  @ApiPage(ResponseErrorDto)
  list(
    @AccountId() accountId: string,
    @Param('id') id: string,
    @Query() page: PageQueryDto,
  ): Promise<Page<ResponseErrorDto>> {
    return this.responseErrors.list(accountId, id, page);
  }
}

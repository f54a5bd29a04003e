import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountId, ApiProblem, IntegrationHeader, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import { DETAIL_SCHEMA, ListAssessmentsDto, PAGE_SCHEMA, ReportDto } from './assessments.dto.js';
import { type AssessmentDetailView, type AssessmentSummaryView } from './assessment-views.js';
import { AssessmentsService } from './assessments.service.js';

const ID = { name: 'id', example: 'ats_ass_PkX8gRRNx05D1cKvomNCW5' };
const INTEGRATION = {
  name: 'X-Integration-Id',
  required: false,
  description: 'If sent, the assessment must be of this integration. `X-Knit-Integration-Id` is an alias.',
  example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb',
};

@ApiTags('Assessments')
@ApiBearerAuth()
@Controller('v1/ats/assessments')
export class AssessmentsController {
  constructor(private readonly assessments: AssessmentsService) {}

  @Get()
  @Scopes('assessments:read')
  @ApiOperation({ summary: 'List assessments, newest first' })
  @ApiHeader(INTEGRATION)
  @ApiOkResponse({ schema: PAGE_SCHEMA })
  list(
    @AccountId() accountId: string,
    @IntegrationHeader() integrationId: string | null,
    @Query() query: ListAssessmentsDto,
  ): Promise<Page<AssessmentSummaryView>> {
    return this.assessments.list(accountId, integrationId, query);
  }

  @Get(':id')
  @Scopes('assessments:read')
  @ApiOperation({
    summary: 'Read an assessment',
    description: 'The record as events carry it, with its results, what the ATS knows of them, and what happened.',
  })
  @ApiParam(ID)
  @ApiHeader(INTEGRATION)
  @ApiOkResponse({ schema: DETAIL_SCHEMA })
  @ApiProblem('not_found')
  get(
    @AccountId() accountId: string,
    @IntegrationHeader() integrationId: string | null,
    @Param('id') id: string,
  ): Promise<AssessmentDetailView> {
    return this.assessments.get({ accountId, id, integrationId });
  }

  @Patch(':id')
  @Scopes('assessments:write')
  @ApiOperation({
    summary: 'Report progress or the result',
    description: 'The same report again changes nothing; COMPLETED with other content is a new version.',
  })
  @ApiParam(ID)
  @ApiHeader(INTEGRATION)
  @ApiOkResponse({ schema: DETAIL_SCHEMA })
  @ApiProblem('not_found', 'state_conflict')
  report(
    @AccountId() accountId: string,
    @IntegrationHeader() integrationId: string | null,
    @Param('id') id: string,
    @Body() body: ReportDto,
  ): Promise<AssessmentDetailView> {
    return this.assessments.report({ accountId, id, integrationId }, body);
  }

  @Post(':id/reset')
  @HttpCode(200)
  @Scopes('assessments:write')
  @ApiOperation({ summary: 'Back to PENDING', description: 'Earlier results stay readable. Nobody is written to.' })
  @ApiParam(ID)
  @ApiHeader(INTEGRATION)
  @ApiOkResponse({ schema: DETAIL_SCHEMA })
  @ApiProblem('not_found')
  reset(
    @AccountId() accountId: string,
    @IntegrationHeader() integrationId: string | null,
    @Param('id') id: string,
  ): Promise<AssessmentDetailView> {
    return this.assessments.reset({ accountId, id, integrationId });
  }
}

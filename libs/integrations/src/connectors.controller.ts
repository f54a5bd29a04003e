import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiPage, ApiProblem, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import { ConnectorDetailsDto } from './connectors.dto.js';
import { ConnectorsService } from './connectors.service.js';

@ApiTags('Connectors')
@ApiBearerAuth()
@Controller('v1/connectors')
export class ConnectorsController {
  constructor(private readonly connectors: ConnectorsService) {}

  @Get()
  @Scopes('integrations:read')
  @ApiOperation({ summary: 'List the ATSs this hub speaks to, and what each can do' })
  @ApiPage(ConnectorDetailsDto)
  list(): Page<ConnectorDetailsDto> {
    return this.connectors.list();
  }

  @Get(':slug')
  @Scopes('integrations:read')
  @ApiOperation({ summary: 'Read what one ATS can do through the hub' })
  @ApiParam({ name: 'slug', example: 'acme-ats' })
  @ApiProblem('not_found')
  @ApiOkResponse({ type: ConnectorDetailsDto })
  get(@Param('slug') slug: string): ConnectorDetailsDto {
    return this.connectors.get(slug);
  }
}

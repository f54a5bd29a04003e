import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountId, ApiPage, ApiProblem, PageQueryDto, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import { TransitionDto } from './transitions.dto.js';
import { TransitionsService } from './transitions.service.js';

@ApiTags('Applications')
@ApiBearerAuth()
@Controller('v1/ats/applications/:id/transitions')
export class TransitionsController {
  constructor(private readonly transitions: TransitionsService) {}

  @Get()
  @Scopes('ats:read')
  @ApiOperation({
    summary: 'How an application went through stages and states, newest first',
    description: 'As far as the hub saw it happen.',
  })
  @ApiParam({ name: 'id', example: 'appl_4GzT0mPq7LxW2nRbV8sYcD' })
  @ApiProblem('not_found')
  @ApiPage(TransitionDto)
  list(
    @AccountId() accountId: string,
    @Param('id') id: string,
    @Query() page: PageQueryDto,
  ): Promise<Page<TransitionDto>> {
    return this.transitions.list(accountId, id, page);
  }
}

import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountId, ApiPage, ApiProblem, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import { DeliveryDetailDto, DeliveryDto, ListDeliveriesDto, ReplayEventDto } from './deliveries.dto.js';
import { DeliveriesService } from './deliveries.service.js';
import { StartedDeliveryDto } from './endpoints.dto.js';

const ID = { name: 'id', example: 'dlv_0AtkJ3fMvR8wQ20Mrh4K7dT1cQpJx2vLw8Zb' };

@ApiTags('Webhooks')
@ApiBearerAuth()
@Controller('v1')
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesService) {}

  @Get('webhooks/deliveries')
  @Scopes('webhooks:read')
  @ApiOperation({
    summary: 'List deliveries, newest event first',
    description: 'A delivery is one event and one endpoint, however often it was tried.',
  })
  @ApiPage(DeliveryDto)
  list(@AccountId() accountId: string, @Query() query: ListDeliveriesDto): Promise<Page<DeliveryDto>> {
    return this.deliveries.list(accountId, query);
  }

  @Get('webhooks/deliveries/:id')
  @Scopes('webhooks:read')
  @ApiOperation({ summary: 'Read a delivery with all its attempts' })
  @ApiParam(ID)
  @ApiOkResponse({ type: DeliveryDetailDto })
  @ApiProblem('not_found')
  get(@AccountId() accountId: string, @Param('id') id: string): Promise<DeliveryDetailDto> {
    return this.deliveries.get(accountId, id);
  }

  @Post('webhooks/deliveries/:id/retry')
  @HttpCode(202)
  @Scopes('webhooks:write')
  @ApiOperation({ summary: 'Send a delivery again now' })
  @ApiParam(ID)
  @ApiAcceptedResponse({ type: StartedDeliveryDto })
  @ApiProblem('not_found', 'conflict')
  retry(@AccountId() accountId: string, @Param('id') id: string): Promise<StartedDeliveryDto> {
    return this.deliveries.retry(accountId, id);
  }

  @Post('events/:eventId/replay')
  @HttpCode(202)
  @Scopes('webhooks:write')
  @ApiOperation({ summary: 'Send one event to one endpoint', description: 'Whether it was meant for it or not.' })
  @ApiParam({ name: 'eventId', example: 'evt-1795253400000123456789012' })
  @ApiAcceptedResponse({ type: StartedDeliveryDto })
  @ApiProblem('not_found', 'conflict')
  replay(
    @AccountId() accountId: string,
    @Param('eventId') eventId: string,
    @Body() { endpointId }: ReplayEventDto,
  ): Promise<StartedDeliveryDto> {
    return this.deliveries.replay(accountId, eventId, endpointId);
  }
}

import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { AccountId, ApiPage, ApiProblem, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import {
  CreatedEndpointDto,
  CreateEndpointDto,
  EndpointDto,
  EndpointSecretDto,
  ListEndpointsDto,
  RotateEndpointSecretDto,
  StartedDeliveryDto,
  UpdateEndpointDto,
} from './endpoints.dto.js';
import { EndpointsService } from './endpoints.service.js';

const ID = { name: 'id', example: 'whe_0Mrh4K7dT1cQpJx2vLw8Zb' };

@ApiTags('Webhooks')
@ApiBearerAuth()
@Controller('v1/webhooks/endpoints')
export class EndpointsController {
  constructor(private readonly endpoints: EndpointsService) {}

  @Post()
  @Scopes('webhooks:write')
  @ApiOperation({ summary: 'Register an endpoint', description: 'Events go there from now on, signed with `secret`.' })
  @ApiCreatedResponse({ type: CreatedEndpointDto })
  @ApiProblem('unsafe_target')
  create(@AccountId() accountId: string, @Body() body: CreateEndpointDto): Promise<CreatedEndpointDto> {
    return this.endpoints.create(accountId, body);
  }

  @Get()
  @Scopes('webhooks:read')
  @ApiOperation({ summary: 'List endpoints, newest first' })
  @ApiPage(EndpointDto)
  list(@AccountId() accountId: string, @Query() query: ListEndpointsDto): Promise<Page<EndpointDto>> {
    return this.endpoints.list(accountId, query);
  }

  @Get(':id')
  @Scopes('webhooks:read')
  @ApiOperation({ summary: 'Read an endpoint and how it fares' })
  @ApiParam(ID)
  @ApiOkResponse({ type: EndpointDto })
  @ApiProblem('not_found')
  get(@AccountId() accountId: string, @Param('id') id: string): Promise<EndpointDto> {
    return this.endpoints.get(accountId, id);
  }

  @Patch(':id')
  @Scopes('webhooks:write')
  @ApiOperation({
    summary: 'Change an endpoint',
    description: 'A new URL closes the breaker and makes what waits due at once.',
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: EndpointDto })
  @ApiProblem('not_found', 'unsafe_target')
  update(
    @AccountId() accountId: string,
    @Param('id') id: string,
    @Body() body: UpdateEndpointDto,
  ): Promise<EndpointDto> {
    return this.endpoints.update(accountId, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('webhooks:write')
  @ApiOperation({ summary: 'Remove an endpoint', description: 'What still waits for it ends as FAILED.' })
  @ApiParam(ID)
  @ApiNoContentResponse()
  @ApiProblem('not_found')
  remove(@AccountId() accountId: string, @Param('id') id: string): Promise<void> {
    return this.endpoints.remove(accountId, id);
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @Scopes('webhooks:write')
  @ApiOperation({
    summary: 'Replace the signing secret',
    description:
      'During the overlap both secrets sign; with `signature: "knit"` the oldest one does. At most five sign at a time.',
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: EndpointSecretDto })
  @ApiProblem('not_found', 'conflict')
  rotateSecret(
    @AccountId() accountId: string,
    @Param('id') id: string,
    @Body() body: RotateEndpointSecretDto,
  ): Promise<EndpointSecretDto> {
    return this.endpoints.rotateSecret(accountId, id, body.overlapSeconds ?? 0);
  }

  @Post(':id/ping')
  @HttpCode(202)
  @Scopes('webhooks:write')
  @ApiOperation({ summary: 'Send a `ping` event to this endpoint alone' })
  @ApiParam(ID)
  @ApiAcceptedResponse({ type: StartedDeliveryDto })
  @ApiProblem('not_found', 'conflict')
  ping(@AccountId() accountId: string, @Param('id') id: string): Promise<StartedDeliveryDto> {
    return this.endpoints.ping(accountId, id);
  }

  @Post(':id/enable')
  @HttpCode(200)
  @Scopes('webhooks:write')
  @ApiOperation({
    summary: 'Enable an endpoint',
    description: 'Also closes the breaker and makes what waits due at once.',
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: EndpointDto })
  @ApiProblem('not_found')
  enable(@AccountId() accountId: string, @Param('id') id: string): Promise<EndpointDto> {
    return this.endpoints.enable(accountId, id);
  }

  @Post(':id/disable')
  @HttpCode(200)
  @Scopes('webhooks:write')
  @ApiOperation({
    summary: 'Disable an endpoint',
    description: 'New events are not kept for it; what waits goes out when it is enabled again.',
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: EndpointDto })
  @ApiProblem('not_found')
  disable(@AccountId() accountId: string, @Param('id') id: string): Promise<EndpointDto> {
    return this.endpoints.disable(accountId, id);
  }
}

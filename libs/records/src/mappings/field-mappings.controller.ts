import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountId, ApiPage, ApiProblem, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import { FieldMappingDto, ListFieldMappingsDto, SaveFieldMappingDto } from './field-mappings.dto.js';
import { FieldMappingsService } from './field-mappings.service.js';

@ApiTags('Field mappings')
@ApiBearerAuth()
@Controller('v1/field-mappings')
export class FieldMappingsController {
  constructor(private readonly mappings: FieldMappingsService) {}

  @Put()
  @Scopes('integrations:write')
  @ApiOperation({
    summary: 'Map a field',
    description:
      'Makes the mapping of a key, or replaces those that go the same way. Its value stands in `mappedFields` of every record of the model, and of what is written.',
  })
  @ApiProblem('conflict')
  @ApiOkResponse({ type: FieldMappingDto })
  save(@AccountId() accountId: string, @Body() body: SaveFieldMappingDto): Promise<FieldMappingDto> {
    return this.mappings.save(accountId, body);
  }

  @Get()
  @Scopes('integrations:read')
  @ApiOperation({ summary: 'List field mappings, oldest first' })
  @ApiPage(FieldMappingDto)
  list(@AccountId() accountId: string, @Query() query: ListFieldMappingsDto): Promise<Page<FieldMappingDto>> {
    return this.mappings.list(accountId, query);
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('integrations:write')
  @ApiOperation({ summary: 'Remove a field mapping' })
  @ApiParam({ name: 'id', example: 'fmap_0Mrh4K7dT1cQpJx2vLw8Zb' })
  @ApiProblem('not_found')
  @ApiNoContentResponse()
  remove(@AccountId() accountId: string, @Param('id') id: string): Promise<void> {
    return this.mappings.remove(accountId, id);
  }
}

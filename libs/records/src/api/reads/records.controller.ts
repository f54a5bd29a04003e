import { Controller, Get, Param, Query, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ForIntegration, IntegrationId } from '#libs/connections';
import { AccountId, ApiProblem, type Scope, Scopes } from '#libs/http';
import { MODELS, MODEL_NAMES, type ModelName, SENSITIVE_MODELS } from '#libs/model';
import type { RecordView } from '../../store/record-view.js';
import { COVERAGES, recordDtoOf } from '../schema/record-dtos.js';
import { type ListQuery, listQueryOf, shapeFields } from './list-filters.js';
import { type RecordsReply, ReadsService } from './reads.service.js';

function controllerOf(model: ModelName): Type {
  const RecordDto = recordDtoOf(model);
  const { one, prefix } = MODELS[model];
  const scope = scopeOf(model);

  @ApiTags(`ATS: ${model}`)
  @ApiBearerAuth()
  @ForIntegration()
  @ApiProblem('integration_not_connected', 'capability_unsupported')
  @Controller(`v1/ats/${model}`)
  class RecordsController {
    constructor(readonly reads: ReadsService) {}

    @Get()
    @Scopes(scope)
    @ApiOperation({ operationId: `list_${one}`, summary: `List ${model}`, description: LIST_DESCRIPTION })
    @ApiOkResponse({ description: 'One page', schema: pageSchema(RecordDto) })
    list(
      @AccountId() accountId: string,
      @IntegrationId() integrationId: string,
      @Query() query: ListQuery,
    ): Promise<RecordsReply> {
      return this.reads.list({ accountId, integrationId }, model, query);
    }

    @Get(':id')
    @Scopes(scope)
    @ApiOperation({ operationId: `get_${one}`, summary: `Read one of ${model}`, description: GET_DESCRIPTION })
    @ApiParam({ name: 'id', example: `${prefix}0Mrh4K7dT1cQpJx2vLw8Zb` })
    @ApiOkResponse({ type: RecordDto })
    get(
      @AccountId() accountId: string,
      @IntegrationId() integrationId: string,
      @Param('id') id: string,
      @Query() query: Pick<ListQuery, 'expand' | 'include'>,
    ): Promise<RecordView> {
      return this.reads.get({ accountId, integrationId }, model, id, query);
    }
  }

  // The compiler writes down the types it sees; which class checks and documents the query is only known here.
  Reflect.defineMetadata(PARAMETERS, [String, String, listQueryOf(model)], RecordsController.prototype, 'list');
  Reflect.defineMetadata(PARAMETERS, [String, String, String, shapeOf(model)], RecordsController.prototype, 'get');
  return RecordsController;
}

const PARAMETERS = 'design:paramtypes';

const LIST_DESCRIPTION =
  'Out of the mirror the syncs keep, in the order in which the hub first saw them. A page may be short: the last one is ' +
  'the one without `nextCursor`.';
const GET_DESCRIPTION =
  'Out of the mirror the syncs keep. One that is gone from the ATS is still shown, with `deletedAt`.';

function scopeOf(model: ModelName): Scope {
  return SENSITIVE_MODELS.includes(model) ? 'ats:sensitive:read' : 'ats:read';
}

/** The query of a single record. */
function shapeOf(model: ModelName): Type<Pick<ListQuery, 'expand' | 'include'>> {
  const shape = class {};
  for (const [name, decorator] of Object.entries(shapeFields(model))) decorator(shape.prototype, name);
  return shape;
}

function pageSchema(item: Type): object {
  return {
    type: 'object',
    required: ['data', 'nextCursor'],
    properties: {
      data: { type: 'array', items: { $ref: getSchemaPath(item) } },
      nextCursor: {
        type: 'string',
        nullable: true,
        description: 'For `cursor` of the next call; null on the last page.',
        example: null,
      },
      coverage: {
        type: 'object',
        additionalProperties: { type: 'string', enum: [...COVERAGES] },
        description: 'With `include=coverage`: by field, whether this integration gives it.',
        example: { remoteId: 'SUPPORTED' },
      },
    },
  };
}

/** One controller per model, so that each has its own fields and filters in the OpenAPI document. */
export const RECORD_CONTROLLERS: readonly Type[] = MODEL_NAMES.map(controllerOf);

import {
  Body,
  Controller,
  type ExecutionContext,
  HttpCode,
  Query,
  RequestMapping,
  RequestMethod,
  type Type,
  UseInterceptors,
  applyDecorators,
  createParamDecorator,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ForIntegration, IntegrationId } from '#libs/connections';
import { HubError } from '#libs/errors';
import { ApiProblem, Scopes, TouchesAts } from '#libs/http';
import { MODELS } from '#libs/model';
import type { ActionField, ActionSpec } from '../fields/action-spec.js';
import { ACTION_SPECS } from '../fields/action-specs.js';
import { RemovalQueryDto, WriteQueryDto } from '../fields/bodies.dto.js';
import { ID_TAIL } from '../fields/candidate.dto.js';
import { ActionsService, type DryRunReply, type WriteReply } from '../run/actions.service.js';
import { DryRunStatusInterceptor } from './dry-run-status.interceptor.js';
import { DryRunReplyDto, WriteReplyDto } from './write-replies.dto.js';

/** What a write needs of its request besides its input. */
interface CallContext {
  accountId: string;
  requestId: string;
  params: Record<string, string>;
}

const FromRequest = createParamDecorator((_: unknown, context: ExecutionContext): CallContext => {
  const { caller, id, params } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new HubError('unauthorized');
  return { accountId: caller.accountId, requestId: id, params: params as Record<string, string> };
});

type ActingBody = Readonly<Record<string, unknown>> & { onBehalfOf?: string };

function controllerWithBody(spec: ActionSpec): Type {
  @Controller('v1/ats')
  class WritesController {
    constructor(readonly actions: ActionsService) {}

    @Describe(spec)
    write(
      @FromRequest() context: CallContext,
      @IntegrationId() integrationId: string,
      @Body() body: ActingBody,
      @Query() query: WriteQueryDto,
    ): Promise<WriteReply | DryRunReply> {
      const { onBehalfOf } = body;
      return this.actions.write({ ...context, integrationId, spec, body, onBehalfOf, isDryRun: query.dryRun ?? false });
    }
  }

  // The compiler writes down the types it sees; which class checks and documents the body is only known here.
  Reflect.defineMetadata(PARAMETERS, [Object, String, spec.body, WriteQueryDto], WritesController.prototype, 'write');
  return WritesController;
}

function controllerWithoutBody(spec: ActionSpec): Type {
  @Controller('v1/ats')
  class RemovalsController {
    constructor(readonly actions: ActionsService) {}

    @Describe(spec)
    write(
      @FromRequest() context: CallContext,
      @IntegrationId() integrationId: string,
      @Query() { onBehalfOf, dryRun = false }: RemovalQueryDto,
    ): Promise<WriteReply | DryRunReply> {
      return this.actions.write({ ...context, integrationId, spec, body: {}, onBehalfOf, isDryRun: dryRun });
    }
  }
  return RemovalsController;
}

const PARAMETERS = 'design:paramtypes';

/** Everything about a call but what it does: the route, who may call it, and its documentation. */
function Describe(spec: ActionSpec): MethodDecorator {
  const { name, method, path, summary, shows, params } = spec;
  const status = method === 'POST' && name.endsWith('.create') ? 201 : 200;
  return applyDecorators(
    RequestMapping({ path, method: RequestMethod[method] }),
    HttpCode(status),
    Scopes('ats:write'),
    TouchesAts(),
    UseInterceptors(DryRunStatusInterceptor),
    ApiTags('ATS: writes'),
    ApiBearerAuth(),
    ForIntegration(),
    ApiOperation({
      operationId: name.replace('.', '_'),
      summary,
      description: `What the ATS takes and does is at \`GET /v1/ats/meta/${name}\`. The reply shows the ${MODELS[shows.model].one}, read again.`,
    }),
    ...params.map((param) => ApiParam({ name: param.at, example: exampleOf(param) })),
    ApiProblem('permission_missing', 'integration_not_connected', 'needs_relink', 'conflict', 'outcome_unknown'),
    ApiProblem('invalid_input', 'unsupported', 'provider_rejected', 'provider_rate_limited'),
    ApiProblem('capability_unsupported', 'provider_unavailable', 'provider_forbidden'),
    ApiExtraModels(WriteReplyDto, DryRunReplyDto),
    ...repliesOf(status),
  );
}

function repliesOf(status: number): MethodDecorator[] {
  const [done, dry] = [{ $ref: getSchemaPath(WriteReplyDto) }, { $ref: getSchemaPath(DryRunReplyDto) }];
  const dryRun = 'With `dryRun`: what would be sent';
  if (status === 200) return [ApiResponse({ status, description: `Done. ${dryRun}.`, schema: { oneOf: [done, dry] } })];
  return [
    ApiResponse({ status, description: 'Done', schema: done }),
    ApiResponse({ status: 200, description: dryRun, schema: dry }),
  ];
}

function exampleOf({ at, model }: ActionField): string {
  if (model) return MODELS[model].prefix + ID_TAIL;
  return at === 'name' ? 'Assessed' : '4031880003';
}

/** One controller per action, so that each has its own body in the OpenAPI document. */
export const WRITE_CONTROLLERS: readonly Type[] = ACTION_SPECS.map((spec) =>
  spec.body ? controllerWithBody(spec) : controllerWithoutBody(spec),
);

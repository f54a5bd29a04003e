import type { Type } from '@nestjs/common';
import { Allow } from 'class-validator';
import { HubError, type FieldError } from '#libs/errors';
import { IdString, OneOf, PageQueryDto, QueryFlag, Text, Timestamp } from '#libs/http';
import { FILTER_NAMES, type FilterName, MODELS, MODEL_NAMES, type ModelName, hasFilter } from '#libs/model';
import { RECORD_FIELDS } from '../schema/record-fields.js';
import { expandName } from '../schema/shown-fields.js';
import { INCLUDES } from './includes.js';

/** What a list of records can be asked for, as it comes in. */
export interface ListQuery {
  limit: number;
  cursor?: string;
  ids?: string;
  remoteIds?: string;
  updatedAfter?: string;
  remoteCreatedAfter?: string;
  includeDeleted?: boolean;
  candidateId?: string;
  applicationId?: string;
  jobId?: string;
  stageId?: string;
  status?: string;
  email?: string;
  isProspect?: boolean;
  ignoreUnsupportedFilters?: boolean;
  expand?: string;
  include?: string;
}

const MOST_LIST_CHARACTERS = 8_000;

/** The query as it counts: without filters the model lacks, if they are to be ignored. @throws HubError invalid_input. */
export function supportedQuery(model: ModelName, query: ListQuery): ListQuery {
  const supported = { ...query };
  const errors: FieldError[] = [];
  for (const filter of FILTER_NAMES.filter((name) => query[name] !== undefined && !hasFilter(model, name))) {
    delete supported[filter];
    errors.push({ path: filter, message: `is no filter of ${model}` });
  }
  if (errors.length === 0 || query.ignoreUnsupportedFilters) return supported;
  throw new HubError('invalid_input', { detail: `${errors[0]!.path} ${errors[0]!.message}.`, errors });
}

/** The DTO of the query of `GET /v1/ats/{model}`: filters the model lacks are taken, too, but not documented. */
export function listQueryOf(model: ModelName): Type<ListQuery> {
  return QUERIES[model];
}

const QUERIES = Object.fromEntries(MODEL_NAMES.map((model) => [model, makeQuery(model)])) as Record<
  ModelName,
  Type<ListQuery>
>;

function makeQuery(model: ModelName): Type<ListQuery> {
  const query = class extends PageQueryDto {};
  const add = (name: keyof ListQuery, decorator: PropertyDecorator): void => decorator(query.prototype, name);
  for (const [name, decorator] of Object.entries(everyModels(model))) add(name as keyof ListQuery, decorator);
  for (const name of FILTER_NAMES) add(name, hasFilter(model, name) ? someFilter(model, name) : Allow());
  return query;
}

function everyModels(model: ModelName): Partial<Record<keyof ListQuery, PropertyDecorator>> {
  return {
    ids: idList('Our ids, at most 100, with commas between them.', `${MODELS[model].prefix}0Mrh4K7dT1cQpJx2vLw8Zb`),
    remoteIds: idList('Ids of the ATS, at most 100, with commas between them.', '4031880003,4031881003'),
    updatedAfter: Timestamp({
      optional: true,
      description:
        'Only what the hub saw change after this moment (`changedAt`), in the order of the changes. With ' +
        '`includeDeleted=true` deletions are among them.',
      example: '2026-11-21T09:00:00Z',
    }),
    remoteCreatedAfter: Timestamp({
      optional: true,
      description: 'Only what was made in the ATS after this moment.',
      example: '2026-11-01T00:00:00Z',
    }),
    includeDeleted: QueryFlag({ optional: true, description: 'Deleted ones, too.', example: false }),
    ignoreUnsupportedFilters: QueryFlag({
      optional: true,
      description: 'Ignore filters that these records do not have, instead of answering 422.',
      example: false,
    }),
    ...shapeFields(model),
  };
}

/** What a list and a single record can be asked for beyond the record itself. */
export function shapeFields(model: ModelName): Partial<Record<'expand' | 'include', PropertyDecorator>> {
  const refs = Object.keys(MODELS[model].refs).map(expandName);
  return {
    expand: Text({
      max: 1000,
      optional: true,
      description:
        refs.length === 0
          ? 'Nothing to expand here.'
          : `Records to show in \`expanded\`, with commas between them: ${refs.join(', ')}.`,
      example: refs[0] ?? '',
    }),
    include: Text({
      max: 100,
      optional: true,
      description: `Out of ${INCLUDES.join(', ')}, with commas between them.`,
      example: INCLUDES[0],
    }),
  };
}

function idList(description: string, example: string): PropertyDecorator {
  return Text({ max: MOST_LIST_CHARACTERS, optional: true, description, example });
}

function someFilter(model: ModelName, name: FilterName): PropertyDecorator {
  const optional = true;
  switch (name) {
    case 'status': {
      const values = statusWords(model);
      return OneOf(values, { optional, description: 'One of our words.', example: values[0] });
    }
    case 'email':
      return Text({
        max: 320,
        optional,
        description: 'Whose first e-mail address is this one; capitals do not matter.',
        example: 'imani.okafor@example.org',
      });
    case 'isProspect':
      return QueryFlag({ optional, example: false });
    default:
      return IdString({ optional, description: 'Our id.', example: exampleId(name) });
  }
}

function statusWords(model: ModelName): string[] {
  const { status } = RECORD_FIELDS[model] as unknown as { status: { properties: { value: { enum: string[] } } } };
  return status.properties.value.enum;
}

function exampleId(name: 'candidateId' | 'applicationId' | 'jobId' | 'stageId'): string {
  const of = {
    candidateId: 'candidates',
    applicationId: 'applications',
    jobId: 'jobs',
    stageId: 'job-stages',
  } as const;
  return `${MODELS[of[name]].prefix}0Mrh4K7dT1cQpJx2vLw8Zb`;
}

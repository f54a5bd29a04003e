import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { MODELS, MODEL_NAMES, type ModelName } from '#libs/model';
import { expandName, shownFields } from './shown-fields.js';

export const COVERAGES = ['SUPPORTED', 'UNSUPPORTED', 'NOT_ASKED_FOR', 'NOT_PERMITTED', 'NOT_FETCHED'] as const;
export type Coverage = (typeof COVERAGES)[number];

const ID_TAIL = '0Mrh4K7dT1cQpJx2vLw8Zb';

/** The record another one was merged into. */
export class MergedIntoDto {
  @ApiProperty({ example: `cand_${ID_TAIL}` })
  id!: string;

  @ApiProperty({ example: '4031880003' })
  remoteId!: string;
}

function makeDto(model: ModelName): Type {
  const dto = named(`${capitalised(MODELS[model].one)}RecordDto`);
  const describe = (name: string, schema: object): void => ApiProperty(schema)(dto.prototype as object, name);
  describe('id', { type: 'string', example: MODELS[model].prefix + ID_TAIL });
  describe('integrationId', { type: 'string', example: `int_${ID_TAIL}` });
  describe('provider', { type: 'string', example: 'acme-ats' });
  for (const { name, schema } of shownFields(model)) {
    describe(name, schema.type === 'object' ? { ...schema, selfRequired: true } : schema);
  }
  for (const [name, schema] of Object.entries(OURS)) describe(name, schema);
  const refs = Object.keys(MODELS[model].refs).map(expandName);
  if (refs.length > 0) describe('expanded', expandedSchema(refs));
  return dto;
}

const MOMENT = { type: 'string', format: 'date-time', example: '2026-11-03T09:31:07.120Z' };

/** What the hub itself says of a record. */
const OURS: Readonly<Record<string, object>> = {
  firstSeenAt: MOMENT,
  changedAt: { ...MOMENT, description: 'When the hub last saw its content change; what `updatedAfter` goes by.' },
  deletedAt: { ...MOMENT, nullable: true, example: null, description: 'When the ATS was seen to have it no longer.' },
  mappedFields: {
    type: 'object',
    additionalProperties: true,
    description: 'The values of your field mappings, by key; see `/v1/field-mappings`.',
    example: { noticePeriod: '3 months' },
  },
  mergedInto: {
    type: () => MergedIntoDto,
    required: false,
    description: 'Of a single deleted record: where it lives on, if the ATS merged it into another.',
  },
  remoteData: {
    type: 'object',
    additionalProperties: true,
    nullable: true,
    selfRequired: false,
    description: 'With `include=remoteData`: the ATS’s own row; null when it was too large to keep.',
    example: { id: 4_031_880_003 },
  },
  coverage: {
    type: 'object',
    additionalProperties: { type: 'string', enum: [...COVERAGES] },
    selfRequired: false,
    description: 'Of a single record with `include=coverage`.',
    example: { remoteId: 'SUPPORTED' },
  },
};

function expandedSchema(names: readonly string[]): object {
  return {
    type: 'object',
    additionalProperties: true,
    selfRequired: false,
    description: `With \`expand\`: the records behind ${names.join(', ')}; null where the hub has none.`,
    example: {},
  };
}

function named(name: string): Type {
  // The name is what the document calls it.
  return { [name]: class {} }[name]!;
}

function capitalised(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1);
}

const DTOS = Object.fromEntries(MODEL_NAMES.map((model) => [model, makeDto(model)])) as Record<ModelName, Type>;

/** The class that documents the records of a model. Its instances are never made: views are plain objects. */
export function recordDtoOf(model: ModelName): Type {
  return DTOS[model];
}

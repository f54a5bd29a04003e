import { ApiProperty } from '@nestjs/swagger';
import { IdString, Name, OneOf, PageQueryDto, Text } from '#libs/http';
import { MODEL_NAMES, type ModelName } from '#libs/model';
import { MAPPING_DIRECTIONS, MAPPING_SCOPES, type MappingDirection, type MappingScope } from './field-mapping.js';
import { MOST_PATH } from './json-path.js';

export class SaveFieldMappingDto {
  @OneOf(MAPPING_SCOPES, {
    description: 'For all records of the account, of one ATS, or of one integration. The narrower wins.',
    example: 'PROVIDER',
  })
  scope!: MappingScope;

  @Name({ optional: true, nullable: true, description: 'With the scope PROVIDER: which ATS.', example: 'acme-ats' })
  provider?: string | null;

  @IdString({
    optional: true,
    nullable: true,
    description: 'With the scope INTEGRATION: which one.',
    example: null,
  })
  integrationId?: string | null;

  @OneOf(MODEL_NAMES, { example: 'candidates' })
  model!: ModelName;

  @Text({
    max: 64,
    description: 'What the value is called in `mappedFields`: a letter, then letters, digits and `_`.',
    example: 'noticePeriod',
  })
  key!: string;

  @Text({
    max: MOST_PATH,
    description: 'A JSONPath (RFC 9535) into the ATS’s own row, without `match` and `search`.',
    example: '$.custom_fields.notice_period.value',
  })
  path!: string;

  @OneOf(MAPPING_DIRECTIONS, {
    optional: true,
    description:
      'READ, unless told: the value is shown. WRITE: it goes from `mappedFields` of a write to where the path leads. BOTH.',
    example: 'BOTH',
  })
  direction?: MappingDirection;
}

export class FieldMappingDto {
  @ApiProperty({ example: 'fmap_0Mrh4K7dT1cQpJx2vLw8Zb' })
  id!: string;

  @ApiProperty({ enum: MAPPING_SCOPES, example: 'PROVIDER' })
  scope!: MappingScope;

  @ApiProperty({ type: String, nullable: true, example: 'acme-ats' })
  provider!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  integrationId!: string | null;

  @ApiProperty({ enum: MODEL_NAMES, example: 'candidates' })
  model!: ModelName;

  @ApiProperty({ example: 'noticePeriod' })
  key!: string;

  @ApiProperty({ example: '$.custom_fields.notice_period.value' })
  path!: string;

  @ApiProperty({ enum: MAPPING_DIRECTIONS, example: 'BOTH' })
  direction!: MappingDirection;

  @ApiProperty({ description: 'Whether records show it.', example: true })
  readable!: boolean;

  @ApiProperty({ description: 'Whether writes take it.', example: true })
  writable!: boolean;

  @ApiProperty({
    type: [String],
    description: 'The actions that take it, in some version of the ATS’s API.',
    example: ['candidates.create', 'candidates.update'],
  })
  writtenBy!: string[];

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  updatedAt!: string;
}

export class ListFieldMappingsDto extends PageQueryDto {
  @OneOf(MAPPING_SCOPES, { optional: true, example: 'PROVIDER' })
  scope?: MappingScope;

  @Name({ optional: true, example: 'acme-ats' })
  provider?: string;

  @IdString({ optional: true, example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' })
  integrationId?: string;

  @OneOf(MODEL_NAMES, { optional: true, example: 'candidates' })
  model?: ModelName;
}

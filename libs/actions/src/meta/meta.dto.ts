import { ApiProperty } from '@nestjs/swagger';
import { PERMISSION_STATES, type PermissionState } from '#libs/connections';
import type { JsonSchema } from './body-schema.js';

export class ActingRuleDto {
  @ApiProperty({ enum: ['REQUIRED', 'OPTIONAL', 'UNUSED'], example: 'OPTIONAL' })
  rule!: 'REQUIRED' | 'OPTIONAL' | 'UNUSED';

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Who it is done for where the ATS needs somebody and the call names nobody.',
    example: null,
  })
  defaultUserId!: string | null;
}

export class ActionPermissionDto {
  @ApiProperty({ example: 'notes.write' })
  permission!: string;

  @ApiProperty({ description: 'As the customer finds it in the ATS.', example: 'Notes: create' })
  label!: string;

  @ApiProperty({ enum: PERMISSION_STATES, example: 'GRANTED' })
  state!: PermissionState;
}

export class ActionMetaDto {
  @ApiProperty({ example: 'notes.create' })
  action!: string;

  @ApiProperty({ example: 'POST' })
  method!: string;

  @ApiProperty({ example: '/v1/ats/candidates/{id}/notes' })
  path!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'JSON Schema (2020-12) of the body.',
    example: { type: 'object', properties: { body: { type: 'string' } }, required: ['body'] },
  })
  schema!: JsonSchema;

  @ApiProperty({ type: [String], example: ['The note cannot be changed or deleted through the API.'] })
  effects!: readonly string[];

  @ApiProperty({ type: ActingRuleDto })
  onBehalfOf!: ActingRuleDto;

  @ApiProperty({ type: ActionPermissionDto })
  permission!: ActionPermissionDto;
}

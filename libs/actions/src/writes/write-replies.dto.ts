import { ApiProperty } from '@nestjs/swagger';
import { MODEL_NAMES, type ModelName } from '#libs/model';
import type { RecordView } from '#libs/records';
import { ID_TAIL } from '../fields/candidate.dto.js';

export class ChangedRecordDto {
  @ApiProperty({ enum: MODEL_NAMES, example: 'applications' })
  model!: ModelName;

  @ApiProperty({ example: `appl_${ID_TAIL}` })
  id!: string;

  @ApiProperty({ example: '5010880003' })
  remoteId!: string;
}

export class WriteReplyDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The id of the record that was made, or that the call was about; known even where it could not be read.',
    example: `cand_${ID_TAIL}`,
  })
  recordId!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The ATS’s id of what was made; null when nothing was, or it did not say.',
    example: '4031880003',
  })
  remoteId!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'The record as the ATS has it now, as the reads show it; null when it could not be read again.',
    example: { id: `cand_${ID_TAIL}`, remoteId: '4031880003', firstName: 'Imani', lastName: 'Okafor' },
  })
  record!: RecordView | null;

  @ApiProperty({ type: [ChangedRecordDto], description: 'All records that are new or different now.' })
  changed!: ChangedRecordDto[];

  @ApiProperty({ type: [String], description: 'What else the ATS does.', example: ['Only the fields given change.'] })
  effects!: readonly string[];

  @ApiProperty({ type: [String], description: 'What did not go as one would expect.', example: [] })
  warnings!: string[];
}

export class WouldSendDto {
  @ApiProperty({ example: 'POST' })
  method!: string;

  @ApiProperty({ description: 'Below the base of the ATS’s API.', example: 'candidates' })
  path!: string;

  @ApiProperty({
    nullable: true,
    oneOf: [{ type: 'object', additionalProperties: true }],
    example: { first_name: 'Imani' },
  })
  body!: unknown;
}

export class DryRunReplyDto {
  @ApiProperty({ enum: [true], example: true })
  dryRun!: true;

  @ApiProperty({
    type: () => WouldSendDto,
    nullable: true,
    description: 'The first request that would have written; null when there is nothing to do.',
  })
  wouldSend!: WouldSendDto | null;

  @ApiProperty({ type: [String], example: ['Only the fields given change.'] })
  effects!: readonly string[];

  @ApiProperty({ type: [String], example: [] })
  warnings!: string[];
}

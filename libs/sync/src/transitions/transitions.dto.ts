import { ApiProperty } from '@nestjs/swagger';
import { SEEN_VIA, type SeenVia, TRANSITION_KINDS, type TransitionKind } from './transitions.js';

const STAGE = { id: 'stge_4GzT0mPq7LxW2nRbV8sYcD', remoteId: '4023115003', name: 'Coding test' };

export class TransitionDto {
  @ApiProperty({ example: 'tran_0Mrh4K7dT1cQpJx2vLw8Zb' })
  id!: string;

  @ApiProperty({ example: 'appl_4GzT0mPq7LxW2nRbV8sYcD' })
  applicationId!: string;

  @ApiProperty({ enum: TRANSITION_KINDS, example: 'STAGE' })
  kind!: TransitionKind;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'A stage (`id`, `remoteId`, `name`) or a status (`value`, `raw`); null for none.',
    example: { ...STAGE, remoteId: '4023114003', name: 'Application Review' },
  })
  from!: Record<string, unknown> | null;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, example: STAGE })
  to!: Record<string, unknown> | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'As the ATS says; where it does not, its time of the last change.',
    example: '2026-11-21T09:29:58.000Z',
  })
  occurredAt!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:29:59.210Z' })
  detectedAt!: string;

  @ApiProperty({ enum: SEEN_VIA, example: 'UPSTREAM_WEBHOOK' })
  seenVia!: SeenVia;
}

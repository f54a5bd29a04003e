import { ApiProperty } from '@nestjs/swagger';
import { IdString, OneOf, PageQueryDto, Timestamp } from '#libs/http';

export const RECOVERABLE = ['FAILED', 'MISSED', 'ALL'] as const;
/** Which deliveries of a span are sent again. */
export type Recoverable = (typeof RECOVERABLE)[number];

const RECOVERY_EXAMPLE = 'rec_0Mrh4K7dT1cQpJx2vLw8Zb';
const ENDPOINT_EXAMPLE = 'whe_0Mrh4K7dT1cQpJx2vLw8Zb';
const SINCE_EXAMPLE = '2026-11-20T18:00:00.000Z';
const UNTIL_EXAMPLE = '2026-11-21T09:30:00.000Z';

const WHICH =
  'FAILED: deliveries that are over and failed. MISSED: events that match the endpoint and never were to be sent to ' +
  'it, because it was not there or disabled. ALL: both, and what was delivered. What still waits is left alone.';

export class RecoverDto {
  @Timestamp({
    description: 'Events from here on. Before what the hub still keeps means from the first one kept.',
    example: SINCE_EXAMPLE,
  })
  since!: string;

  @Timestamp({ optional: true, description: 'Events before this; now, if left out or later.', example: UNTIL_EXAMPLE })
  until?: string;

  @OneOf(RECOVERABLE, { optional: true, description: `${WHICH} FAILED if left out.`, example: 'FAILED' })
  status?: Recoverable;
}

export class ListRecoveriesDto extends PageQueryDto {
  @IdString({ optional: true, example: ENDPOINT_EXAMPLE })
  endpointId?: string;
}

export class RecoveryDto {
  @ApiProperty({ example: RECOVERY_EXAMPLE })
  id!: string;

  @ApiProperty({ example: ENDPOINT_EXAMPLE })
  endpointId!: string;

  @ApiProperty({ format: 'date-time', description: 'As it is run.', example: SINCE_EXAMPLE })
  since!: string;

  @ApiProperty({ format: 'date-time', description: 'As it is run.', example: UNTIL_EXAMPLE })
  until!: string;

  @ApiProperty({ enum: RECOVERABLE, description: WHICH, example: 'FAILED' })
  status!: string;

  @ApiProperty({
    enum: ['RUNNING', 'PAUSED', 'DONE', 'CANCELLED'],
    description:
      'PAUSED: the endpoint is disabled, it goes on when that is enabled. CANCELLED: the endpoint was removed. ' +
      'DONE: all are on their way; how each fares is shown by its delivery.',
    example: 'RUNNING',
  })
  state!: string;

  @ApiProperty({ description: 'Deliveries sent on their way so far.', example: 500 })
  done!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Null until all are found.', example: null })
  total!: number | null;

  @ApiProperty({
    format: 'date-time',
    description: 'How far into the span it is: about all events before this were looked at.',
    example: '2026-11-20T21:12:45.000Z',
  })
  examinedUntil!: string;

  @ApiProperty({ format: 'date-time', example: UNTIL_EXAMPLE })
  createdAt!: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  completedAt!: string | null;
}

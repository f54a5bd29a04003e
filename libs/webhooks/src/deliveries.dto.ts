import { ApiProperty } from '@nestjs/swagger';
import { IdString, OneOf, PageQueryDto } from '#libs/http';

export const DELIVERY_STATUSES = ['PENDING', 'RETRYING', 'DELIVERED', 'FAILED'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

const EVENT_EXAMPLE = 'evt-1795253400000123456789012';
const ENDPOINT_EXAMPLE = 'whe_0Mrh4K7dT1cQpJx2vLw8Zb';
const DELIVERY_EXAMPLE = 'dlv_0AtkJ3fMvR8wQ20Mrh4K7dT1cQpJx2vLw8Zb';
const TIME_EXAMPLE = '2026-11-21T09:30:00.000Z';

export class ListDeliveriesDto extends PageQueryDto {
  @IdString({ optional: true, example: ENDPOINT_EXAMPLE })
  endpointId?: string;

  @IdString({ optional: true, example: EVENT_EXAMPLE })
  eventId?: string;

  @OneOf(DELIVERY_STATUSES, { optional: true, example: 'FAILED' })
  status?: DeliveryStatus;
}

export class ReplayEventDto {
  @IdString({ description: 'Where to send it again.', example: ENDPOINT_EXAMPLE })
  endpointId!: string;
}

export class LastAttemptDto {
  @ApiProperty({ format: 'date-time', example: TIME_EXAMPLE })
  at!: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Null when no reply came.', example: 503 })
  statusCode!: number | null;

  @ApiProperty({ example: 84 })
  durationMs!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Why no reply came.', example: null })
  error!: string | null;
}

export class AttemptDto extends LastAttemptDto {
  @ApiProperty({ description: 'From 1; a manual retry begins again.', example: 1 })
  number!: number;

  @ApiProperty({
    enum: ['DELIVERED', 'RETRYING', 'WAITING', 'FAILED', 'EXPIRED'],
    description: 'WAITING: the endpoint asked for a pause, and the attempt does not count.',
    example: 'RETRYING',
  })
  outcome!: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: '2026-11-21T09:30:05.000Z' })
  nextAttemptAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'How the reply began.', example: 'Service Unavailable' })
  replyExcerpt!: string | null;
}

export class DeliveryDto {
  @ApiProperty({ example: DELIVERY_EXAMPLE })
  id!: string;

  @ApiProperty({ example: ENDPOINT_EXAMPLE })
  endpointId!: string;

  @ApiProperty({ example: EVENT_EXAMPLE })
  eventId!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null when the event is no longer kept.',
    example: 'record.new',
  })
  eventType!: string | null;

  @ApiProperty({ enum: DELIVERY_STATUSES, description: 'PENDING: not tried yet.', example: 'RETRYING' })
  status!: DeliveryStatus;

  @ApiProperty({ description: 'Finished ones.', example: 1 })
  attempts!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'Null when there is none. Later while the breaker is open or the endpoint disabled.',
    example: '2026-11-21T09:30:05.000Z',
  })
  nextAttemptAt!: string | null;

  @ApiProperty({ type: LastAttemptDto, nullable: true })
  lastAttempt!: LastAttemptDto | null;

  @ApiProperty({ format: 'date-time', example: TIME_EXAMPLE })
  createdAt!: string;
}

export class DeliveryDetailDto extends DeliveryDto {
  @ApiProperty({ type: [AttemptDto], description: 'All attempts, the first one first.' })
  attemptLog!: AttemptDto[];
}

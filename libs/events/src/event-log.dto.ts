import { ApiProperty } from '@nestjs/swagger';
import { OneOf, PageQueryDto } from '#libs/http';
import { EVENT_TYPES, type EventType } from '#libs/model';

export class ListEventsDto extends PageQueryDto {
  @OneOf(EVENT_TYPES, { optional: true, description: 'Events of this type only.', example: 'record.new' })
  eventType?: EventType;
}

/** An event, as subscribers get it. */
export class EventDto {
  @ApiProperty({ enum: EVENT_TYPES, example: 'record.new' })
  eventType!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'By type; `candidateAssessment` for records.',
    example: { candidateAssessment: { id: 'ats_ass_PkX8gRRNx05D1cKvomNCW5', status: 'NOT_SPECIFIED' } },
  })
  eventData!: object;

  @ApiProperty({
    description: 'The same on every attempt; also `webhook-id`.',
    example: 'evt-1795253400000123456789012',
  })
  eventId!: string;

  @ApiProperty({ type: String, nullable: true, example: 'ats_ass_PkX8gRRNx05D1cKvomNCW5' })
  recordId!: string | null;

  @ApiProperty({ example: 'real_time' })
  syncType!: string;

  @ApiProperty({ example: 'ats_assessments' })
  syncDataType!: string;

  @ApiProperty({ example: 'real_time' })
  syncJobId!: string;

  @ApiProperty({ example: 'real_time_1795253400000' })
  syncRunId!: string;

  @ApiProperty({ description: 'Epoch milliseconds.', example: 1795253400000 })
  triggeredAt!: number;
}

export class EventPageDto {
  @ApiProperty({ type: [EventDto] })
  data!: EventDto[];

  @ApiProperty({
    description:
      'Never null: at the end it repeats, so keep polling with it. With `eventType`, a page that looked at very many ' +
      'events without finding enough ends early, even empty, with another cursor than the one it was asked with.',
    example: 'WyI3NDIiLCJldnQtMTc5NTI1MzQwMDAwMDEyMzQ1Njc4OTAxMiJd',
  })
  nextCursor!: string;
}

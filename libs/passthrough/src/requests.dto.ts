import { ApiProperty } from '@nestjs/swagger';
import { OneOf, PageQueryDto, Timestamp } from '#libs/http';

/** The classes of status, and calls that got no answer. */
export const STATUS_CLASSES = ['2xx', '3xx', '4xx', '5xx', 'none'] as const;
export type StatusClass = (typeof STATUS_CLASSES)[number];

export class ListRequestsDto extends PageQueryDto {
  @OneOf(STATUS_CLASSES, { optional: true, description: '`none`: the ATS did not answer.', example: '4xx' })
  status?: StatusClass;

  @Timestamp({ optional: true, description: 'Only calls from then on.', example: '2026-11-21T09:30:00.000Z' })
  since?: string;
}

export class OutboundRequestDto {
  @ApiProperty({ example: 'oca_0Mrh4K7dT1cQpJx2vLw8Zb' })
  id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  at!: string;

  @ApiProperty({ example: 'GET' })
  method!: string;

  @ApiProperty({
    description: 'Path and query; values that may be personal are left out.',
    example: '/v3/candidates?per_page=500&email=…',
  })
  path!: string;

  @ApiProperty({ type: Number, nullable: true, description: 'null when no answer came.', example: 200 })
  status!: number | null;

  @ApiProperty({ description: 'Milliseconds until the end of the reply.', example: 143 })
  ms!: number;

  @ApiProperty({ type: String, nullable: true, description: 'What was wrong, in one word.', example: 'rate_limited' })
  failure!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why no answer came, in one word.', example: null })
  error!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The `X-Request-Id` of the call of this API it was made for, if there was one.',
    example: 'req_0Mrh4K7dT1cQpJx2vLw8Zb',
  })
  requestId!: string | null;

  @ApiProperty({ description: 'How often it had been sent before.', example: 0 })
  retries!: number;
}

import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, Max, Min } from 'class-validator';
import { DEFAULT_RETRY_POLICY, GIVE_UP_RULE, RETRY_JITTER } from '#libs/delivery';
import { Flag, Int, JsonObject, Nested, OneOf, OneOfList, PageQueryDto, StringList, Text, Url } from '#libs/http';
import { EVENT_TYPES } from '#libs/model';

const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 604_800;
const ID_EXAMPLE = 'whe_0Mrh4K7dT1cQpJx2vLw8Zb';
const SECRET_EXAMPLE = 'whsec_Zm9ydHktdHdvLWJ5dGVzLW9mLXJhbmRvbS1rZXk9PT0=';

export class RetryPolicyDto {
  @ApiProperty({
    type: [Number],
    description: 'Pause before each retry; the last one repeats. Each is shortened or lengthened by up to 20 %.',
    example: [5, 30, 120],
  })
  @IsArray({ message: 'must be a list' })
  @ArrayMinSize(1, { message: 'must have at least 1 entry' })
  @ArrayMaxSize(50, { message: 'must have at most 50 entries' })
  @IsInt({ each: true, message: 'must hold whole numbers' })
  @Min(1, { each: true, message: 'must hold numbers from 1' })
  @Max(WEEK_SECONDS, { each: true, message: `must hold numbers up to ${WEEK_SECONDS}` })
  delaysSeconds!: number[];

  @Int({
    min: 1,
    max: 30 * DAY_SECONDS,
    description: 'From the first attempt; a delivery that is older is FAILED.',
    example: 4 * DAY_SECONDS,
  })
  maxAgeSeconds!: number;
}

/** What both creating and changing can say. */
class EndpointSettingsDto {
  @OneOfList(EVENT_TYPES, { optional: true, nullable: true, description: 'None means all.', example: ['record.new'] })
  eventTypes?: string[] | null;

  @StringList({
    optional: true,
    nullable: true,
    description: 'Only events of these integrations. None means all, also events of no integration.',
    example: ['int_0Mrh4K7dT1cQpJx2vLw8Zb'],
  })
  integrationIds?: string[] | null;

  @Text({ max: 1_000, optional: true, nullable: true, example: 'Order desk, production' })
  description?: string | null;

  @OneOf(['standard', 'knit'], {
    optional: true,
    description: 'Standard Webhooks, or `X-Knit-Signature`.',
    example: 'standard',
  })
  signature?: 'standard' | 'knit';

  @Flag({ optional: true, description: '`null` for the package fields that come from the catalogue.', example: false })
  strictNulls?: boolean;

  @Int({ min: 1, max: 1_000, optional: true, nullable: true, description: 'Requests per second.', example: 50 })
  maxPerSecond?: number | null;

  @JsonObject({
    optional: true,
    nullable: true,
    description: 'Sent with every request; kept encrypted and never shown again.',
    example: { authorization: 'Bearer of-your-choice' },
  })
  headers?: Record<string, unknown> | null;

  @Nested(() => RetryPolicyDto, {
    optional: true,
    nullable: true,
    description: 'None means the usual schedule, and `null` goes back to it.',
    example: { delaysSeconds: [5, 30, 120], maxAgeSeconds: 3_600 },
  })
  retryPolicy?: RetryPolicyDto | null;
}

export class CreateEndpointDto extends EndpointSettingsDto {
  @Url({ description: 'Where events are POSTed to: public https.', example: 'https://hooks.northwind.example/atsume' })
  url!: string;

  @OneOf(['ATS'], { optional: true, example: 'ATS' })
  category?: string;
}

export class UpdateEndpointDto extends EndpointSettingsDto {
  @Url({ optional: true, example: 'https://hooks.northwind.example/atsume' })
  url?: string;
}

export class RotateEndpointSecretDto {
  @Int({
    min: 0,
    max: WEEK_SECONDS,
    optional: true,
    description: 'How long the old secret still signs too, in seconds. By default it stops at once.',
    example: 86_400,
  })
  overlapSeconds?: number;
}

export class ListEndpointsDto extends PageQueryDto {}

export class EndpointSecretDto {
  @ApiProperty({ example: ID_EXAMPLE })
  id!: string;

  @ApiProperty({ description: 'What verifies the signatures. Shown only here.', example: SECRET_EXAMPLE })
  secret!: string;
}

export class BreakerDto {
  @ApiProperty({
    enum: ['CLOSED', 'OPEN'],
    description: 'OPEN: the endpoint kept failing; what waits for it burns no attempt until it answers again.',
    example: 'CLOSED',
  })
  state!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When it is tried again.',
    example: null,
  })
  openUntil!: string | null;
}

export class RunRetryPolicyDto {
  @ApiProperty({ type: [Number], example: DEFAULT_RETRY_POLICY.delaysSeconds })
  delaysSeconds!: readonly number[];

  @ApiProperty({ example: DEFAULT_RETRY_POLICY.maxAgeSeconds })
  maxAgeSeconds!: number;

  @ApiProperty({ description: 'Each pause varies by up to this share.', example: RETRY_JITTER })
  jitter!: number;

  @ApiProperty({
    description: 'An endpoint that has only failed for this long, and for this many attempts in a row, is disabled.',
    example: GIVE_UP_RULE.afterSeconds,
  })
  disableAfterSeconds!: number;

  @ApiProperty({ example: GIVE_UP_RULE.afterAttempts })
  disableAfterAttempts!: number;
}

export class EndpointDto {
  @ApiProperty({ example: ID_EXAMPLE })
  id!: string;

  @ApiProperty({ example: 'https://hooks.northwind.example/atsume' })
  url!: string;

  @ApiProperty({ example: 'ATS' })
  category!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Order desk, production' })
  description!: string | null;

  @ApiProperty({ type: [String], description: 'Empty means all.', example: ['record.new'] })
  eventTypes!: string[];

  @ApiProperty({ type: [String], description: 'Empty means all.', example: [] })
  integrationIds!: string[];

  @ApiProperty({ enum: ['standard', 'knit'], example: 'standard' })
  signature!: string;

  @ApiProperty({ example: false })
  strictNulls!: boolean;

  @ApiProperty({ type: Number, nullable: true, example: 50 })
  maxPerSecond!: number | null;

  @ApiProperty({ type: [String], description: 'Their names; the values are not shown.', example: ['authorization'] })
  headerNames!: string[];

  @ApiProperty({ description: 'As it is run.' })
  retryPolicy!: RunRetryPolicyDto;

  @ApiProperty({ enum: ['ENABLED', 'DISABLED'], example: 'ENABLED' })
  status!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: '`manual`; `gone` when it answered 410; `failing` when it only failed for days.',
    example: null,
  })
  disabledReason!: string | null;

  @ApiProperty()
  breaker!: BreakerDto;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  updatedAt!: string;
}

export class CreatedEndpointDto extends EndpointDto {
  @ApiProperty({ description: 'What verifies the signatures. Shown only here.', example: SECRET_EXAMPLE })
  secret!: string;
}

/** A delivery that was set going. */
export class StartedDeliveryDto {
  @ApiProperty({
    description: 'Follow it at `/v1/webhooks/deliveries/{id}`.',
    example: 'dlv_0Mrh4K7dT1cQpJx2vLw8Zb0Mrh4K7dT1cQpJ',
  })
  id!: string;
}

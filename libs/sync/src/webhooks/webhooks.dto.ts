import { ApiProperty } from '@nestjs/swagger';
import { Int, StringList, Text } from '#libs/http';

export class SubscribeDto {
  @StringList({
    max: 100,
    optional: true,
    description: 'The ATS’s names of what to be told of; all it offers unless told.',
    example: ['candidate_stage_change'],
  })
  actions?: string[];

  @Text({
    max: 255,
    optional: true,
    description: 'Where the ATS complains when webhooks do not arrive.',
    example: 'integrations@vendor.example',
  })
  errorEmail?: string;
}

export class RotateWebhookSecretDto {
  @Int({
    min: 0,
    max: 604_800,
    optional: true,
    description: 'For so long webhooks signed with the old secret are taken, too. Unless told, for a day.',
    example: 86_400,
  })
  overlapSeconds?: number;
}

export class WebhookEventDto {
  @ApiProperty({ description: 'The ATS’s name of it.', example: 'candidate_stage_change' })
  action!: string;

  @ApiProperty({ description: 'As the ATS’s own screen names it.', example: 'Candidate has changed stage' })
  when!: string;

  @ApiProperty({ description: 'Whether the hub made a webhook for it in the ATS.', example: false })
  isSubscribed!: boolean;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  lastReceivedAt!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: ['PENDING', 'DONE', 'FAILED', null],
    description: 'What became of the last one.',
    example: 'DONE',
  })
  lastState!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  lastError!: string | null;
}

export class ManualFieldDto {
  @ApiProperty({ example: 'Disabled' })
  label!: string;

  @ApiProperty({ example: 'No' })
  value!: string;
}

export class ManualWebhookDto {
  @ApiProperty({ example: 'Atsume: stage change' })
  name!: string;

  @ApiProperty({ example: 'Candidate has changed stage' })
  when!: string;

  @ApiProperty({ example: 'https://hub.example.com/hooks/acme-ats/t_2kW9…' })
  url!: string;

  @ApiProperty({ example: 'w1Zr8…' })
  secret!: string;

  @ApiProperty({ type: [ManualFieldDto] })
  fields!: ManualFieldDto[];
}

export class ManualSetupDto {
  @ApiProperty({ description: 'Where in the ATS.', example: 'Configure > Dev Center > Web Hooks' })
  where!: string;

  @ApiProperty({ type: [String], example: ['Open Configure, then Dev Center.'] })
  steps!: string[];

  @ApiProperty({ type: [ManualWebhookDto] })
  webhooks!: ManualWebhookDto[];
}

export class WebhookCountsDto {
  @ApiProperty({ example: 0 })
  pending!: number;

  @ApiProperty({ example: 128 })
  done!: number;

  @ApiProperty({ description: 'Could not be acted on; the next sync makes up for them.', example: 0 })
  failed!: number;

  @ApiProperty({ description: 'Had a missing, wrong or stale signature.', example: 0 })
  refused!: number;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  lastRefusedAt!: string | null;
}

export class ProviderWebhooksDto {
  @ApiProperty({ description: 'Where the ATS sends them.', example: 'https://hub.example.com/hooks/acme-ats/t_2kW9…' })
  url!: string;

  @ApiProperty({ description: 'Whether the hub can make them in the ATS by itself.', example: false })
  canSubscribe!: boolean;

  @ApiProperty({ enum: ['HAND', 'API'], description: 'How they were made.', example: 'HAND' })
  madeBy!: string;

  @ApiProperty({ type: [WebhookEventDto] })
  events!: WebhookEventDto[];

  @ApiProperty({ type: WebhookCountsDto })
  received!: WebhookCountsDto;

  @ApiProperty({
    type: ManualSetupDto,
    description: 'What a person has to do in the ATS, to the letter. The secret is only shown to keys that may write.',
  })
  manual!: ManualSetupDto;

  @ApiProperty({ type: [String], example: [] })
  warnings!: string[];
}

export class SubscribedDto {
  @ApiProperty({
    enum: ['SUBSCRIBED', 'MANUAL'],
    description: 'MANUAL: the ATS does not let the hub make them; `webhooks.manual` says what to do by hand.',
    example: 'SUBSCRIBED',
  })
  outcome!: 'SUBSCRIBED' | 'MANUAL';

  @ApiProperty({ type: String, nullable: true, description: 'Why not.', example: null })
  reason!: string | null;

  @ApiProperty({ type: [String], description: 'Made now.', example: ['candidate_stage_change'] })
  created!: string[];

  @ApiProperty({ type: [String], description: 'In place before.', example: [] })
  kept!: string[];

  @ApiProperty({ type: ProviderWebhooksDto })
  webhooks!: ProviderWebhooksDto;
}

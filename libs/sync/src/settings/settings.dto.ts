import { ApiProperty } from '@nestjs/swagger';
import { Int, JsonObject, OneOf, OneOfList } from '#libs/http';
import { MODEL_NAMES, type ModelName } from '#libs/model';
import { DOWNLOADS, type Downloads } from '../attachments/attachment-files.js';

const EXAMPLE_MODELS = ['jobs', 'candidates', 'applications'];
const EXAMPLE_FIELDS = { applications: ['status', 'stageRemoteId'] };

export class UpdateSyncSettingsDto {
  @Int({
    min: 1,
    max: 1440,
    optional: true,
    description: 'Minutes from one sync of what changed to the next.',
    example: 15,
  })
  intervalMinutes?: number;

  @OneOfList(MODEL_NAMES, {
    optional: true,
    nullable: true,
    description: 'What is synced; null for everything but sensitive data (`eeoc`).',
    example: EXAMPLE_MODELS,
  })
  models?: ModelName[] | null;

  @JsonObject({
    optional: true,
    nullable: true,
    description:
      'By model, the fields whose changes raise `record.modified`; models that are not named raise it for every field. null for none named.',
    example: EXAMPLE_FIELDS,
  })
  watchedFields?: Record<string, unknown> | null;

  @OneOf(DOWNLOADS, {
    optional: true,
    description: 'Which attachments the hub fetches and keeps, before their links die.',
    example: 'RESUME',
  })
  downloadFiles?: Downloads;
}

export class SyncSettingsDto {
  @ApiProperty({ example: 15 })
  intervalMinutes!: number;

  @ApiProperty({ enum: MODEL_NAMES, isArray: true, example: EXAMPLE_MODELS })
  models!: ModelName[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    example: EXAMPLE_FIELDS,
  })
  watchedFields!: Record<string, string[]>;

  @ApiProperty({ enum: DOWNLOADS, example: 'RESUME' })
  downloadFiles!: Downloads;

  @ApiProperty({ description: 'Also `syncJobId` in events.', example: 'sjb_0Mrh4K7dT1cQpJx2vLw8Zb' })
  syncJobId!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'null while it is not connected.',
    example: '2026-11-21T09:45:00.000Z',
  })
  nextSyncAt!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: '2026-11-22T02:17:41.000Z' })
  nextFullSyncAt!: string | null;
}

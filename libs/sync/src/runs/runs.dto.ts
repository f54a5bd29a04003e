import { ApiProperty } from '@nestjs/swagger';
import { Flag, OneOf, OneOfList } from '#libs/http';
import { MODEL_NAMES, type ModelName } from '#libs/model';
import { RESOURCE_STATES, type ResourceState, RUN_MODES, RUN_STATUSES, type RunMode, type RunStatus } from '../run.js';

export const ASKED_MODES = ['DELTA', 'FULL'] as const;

export class StartSyncDto {
  @OneOf(ASKED_MODES, {
    optional: true,
    description:
      'DELTA (unless told): what changed since last time. FULL: everything, and what is no longer there is found.',
    example: 'DELTA',
  })
  mode?: (typeof ASKED_MODES)[number];

  @OneOfList(MODEL_NAMES, {
    optional: true,
    description: 'Only these, of those the settings name.',
    example: ['applications', 'candidates'],
  })
  models?: ModelName[];

  @Flag({
    optional: true,
    description:
      'With FULL: what is missing is gone, even if it is most of a list. Without it the integration gets an issue instead.',
    example: false,
  })
  acceptDeletions?: boolean;
}

export class StartedSyncDto {
  @ApiProperty({ description: 'Also `syncRunId` in events.', example: 'srn_0Mrh4K7dT1cQpJx2vLw8Zb' })
  id!: string;

  @ApiProperty({ description: 'The same for all syncs of the integration.', example: 'sjb_0Mrh4K7dT1cQpJx2vLw8Zb' })
  syncJobId!: string;
}

export class SyncCountsDto {
  @ApiProperty({ description: 'Rows read.', example: 500 })
  seen!: number;

  @ApiProperty({ example: 12 })
  new!: number;

  @ApiProperty({ example: 3 })
  modified!: number;

  @ApiProperty({ example: 0 })
  deleted!: number;

  @ApiProperty({ example: 484 })
  unchanged!: number;

  @ApiProperty({ description: 'Put aside; see `unreadable-records`.', example: 1 })
  unreadable!: number;
}

export class SyncedResourceDto {
  @ApiProperty({ description: 'A model, or a part of one that the ATS keeps apart.', example: 'candidates' })
  resource!: string;

  @ApiProperty({ enum: MODEL_NAMES, example: 'candidates' })
  model!: ModelName;

  @ApiProperty({
    enum: RESOURCE_STATES,
    description: 'NOT_ASKED_FOR: the connection never asked for the permission; the sync is as complete without it.',
    example: 'DONE',
  })
  state!: ResourceState;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'What changed from then on was asked for; null: the whole list.',
    example: '2026-11-21T09:13:00.000Z',
  })
  since!: string | null;

  @ApiProperty({ type: SyncCountsDto })
  counts!: SyncCountsDto;

  @ApiProperty({ type: String, nullable: true, example: null })
  error!: string | null;
}

export class SyncErrorDto {
  @ApiProperty({ example: 'provider_unavailable' })
  code!: string;

  @ApiProperty({ example: 'The ATS answered 503.' })
  detail!: string;
}

export class SyncRunDto {
  @ApiProperty({ example: 'srn_0Mrh4K7dT1cQpJx2vLw8Zb' })
  id!: string;

  @ApiProperty({ example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' })
  integrationId!: string;

  @ApiProperty({ example: 'sjb_0Mrh4K7dT1cQpJx2vLw8Zb' })
  syncJobId!: string;

  @ApiProperty({ enum: RUN_MODES, description: 'AD_HOC: for a choice of models.', example: 'DELTA' })
  mode!: RunMode;

  @ApiProperty({
    enum: RUN_STATUSES,
    description: 'PARTIAL: over, and some resources could not be read. A RUNNING one with an `error` waits to go on.',
    example: 'SUCCEEDED',
  })
  status!: RunStatus;

  @ApiProperty({ type: String, nullable: true, description: 'What is being read.', example: null })
  currentResource!: string | null;

  @ApiProperty({ type: SyncCountsDto, description: 'Of all resources.' })
  counts!: SyncCountsDto;

  @ApiProperty({ type: [SyncedResourceDto] })
  resources!: SyncedResourceDto[];

  @ApiProperty({ type: SyncErrorDto, nullable: true })
  error!: SyncErrorDto | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: '2026-11-21T09:30:00.400Z' })
  startedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: '2026-11-21T09:30:07.120Z' })
  finishedAt!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When the last delivery of its events was over.',
    example: '2026-11-21T09:30:09.310Z',
  })
  consumedAt!: string | null;
}

import { ApiProperty } from '@nestjs/swagger';
import { Int, Name, OneOfList, SCOPES, type Scope } from '#libs/http';

const KEY_EXAMPLE = 'atsm_2vTq0mYpX8rJdKc4sLwZ1hNbE6gUfA9oVtRiPyQxM3k';
const WEEK_SECONDS = 604_800;

export class CreateApiKeyDto {
  @Name({ optional: true, example: 'Reporting service' })
  name?: string;

  @OneOfList(SCOPES, {
    optional: true,
    description: 'Not more than the calling key has; without it all of those but `accounts:write`.',
    example: ['assessments:read', 'events:read'],
  })
  scopes?: Scope[];
}

export class RotateApiKeyDto {
  @Int({
    min: 0,
    max: WEEK_SECONDS,
    optional: true,
    description: 'How long the old key still works, in seconds. By default it stops at once.',
    example: 3600,
  })
  overlapSeconds?: number;
}

export class ApiKeyDto {
  @ApiProperty({ example: 'key_0Mrh4K7dT1cQpJx2vLw8Zb' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Reporting service' })
  name!: string | null;

  @ApiProperty({ description: 'How the key begins; empty for a key somebody chose.', example: 'atsm_2vTq' })
  prefix!: string;

  @ApiProperty({ example: 'xM3k' })
  lastFour!: string;

  @ApiProperty({ enum: SCOPES, isArray: true, example: ['assessments:read', 'events:read'] })
  scopes!: Scope[];

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'To the minute.',
    example: '2026-11-21T10:02:11.480Z',
  })
  lastUsedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  revokedAt!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'Until when the key before the last rotation still works; null when it does not.',
    example: null,
  })
  previousKeyValidUntil!: string | null;
}

export class ApiKeyWithSecretDto extends ApiKeyDto {
  @ApiProperty({ description: 'The key itself. Shown only here.', example: KEY_EXAMPLE })
  apiKey!: string;
}

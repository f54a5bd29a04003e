import { ApiProperty } from '@nestjs/swagger';
import { IdString, Int, Name, PageQueryDto } from '#libs/http';
import type { SecretStatus } from './secrets.repository.js';

const STATUSES: SecretStatus[] = ['ACTIVE', 'ROTATING', 'REVOKED'];
const MAX_OVERLAP_SECONDS = 30 * 86_400;
const BASE_URL = 'https://hub.example.com/partners/acme-ats/3mKq8ZtV0yLr5WcXn7BdPj';

/** The customer is named by what it is called at the vendor's side, or by an integration that exists already. */
export class CreateSecretDto {
  @IdString({ description: 'A slug of `GET /v1/connectors`.', example: 'acme-ats' })
  provider!: string;

  @IdString({
    optional: true,
    description: 'Your own id of the customer; required without `integrationId`.',
    example: 'org_1042',
  })
  originOrgId?: string;

  @Name({ optional: true, description: 'Required without `integrationId`.', example: 'Globex Corporation' })
  originOrgName?: string;

  @IdString({
    optional: true,
    description: 'Another secret for this integration.',
    example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb',
  })
  integrationId?: string;
}

export class RotateSecretDto {
  @Int({
    min: 0,
    max: MAX_OVERLAP_SECONDS,
    optional: true,
    description: 'How long the old key still works, in seconds. By default it stops at once.',
    example: 86_400,
  })
  overlapSeconds?: number;
}

export class ListSecretsDto extends PageQueryDto {
  @IdString({ optional: true, example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' })
  integrationId?: string;

  @IdString({ optional: true, example: 'acme-ats' })
  provider?: string;
}

export class SetupEmailDto {
  @ApiProperty({
    description: 'Who it goes to; your customer may have to fill in a name.',
    example: 'support@ats.example',
  })
  to!: string;

  @ApiProperty({ example: 'Please enable Northwind Assessments for Globex Corporation' })
  subject!: string;

  @ApiProperty({ description: 'Plain text, with the key and all addresses.', example: 'Hello,\n\nplease enable …' })
  body!: string;
}

export class SecretWithKeyDto {
  @ApiProperty({ example: 'sec_0Mrh4K7dT1cQpJx2vLw8Zb' })
  id!: string;

  @ApiProperty({ example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' })
  integrationId!: string;

  @ApiProperty({ example: 'acme-ats' })
  provider!: string;

  @ApiProperty({
    description: 'What the ATS presents. Shown only here.',
    example: 'ac_vT0mYpX8rJdKc4sLwZ1hNbE6gUfA9oVtRiPyQxM3k2Q',
  })
  secretKey!: string;

  @ApiProperty({ description: 'The same for every customer of the account.', example: BASE_URL })
  baseUrl!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'The addresses the ATS calls, by the names its documentation uses.',
    example: { listTests: `${BASE_URL}/list_tests`, sendTest: `${BASE_URL}/send_test` },
  })
  urls!: Record<string, string>;

  @ApiProperty({ type: SetupEmailDto, description: 'The e-mail your customer forwards to its ATS.' })
  setupEmail!: SetupEmailDto;

  @ApiProperty({ type: [String], description: 'What will keep this from working, in sentences.', example: [] })
  warnings!: string[];
}

export class SecretDto {
  @ApiProperty({ example: 'sec_0Mrh4K7dT1cQpJx2vLw8Zb' })
  id!: string;

  @ApiProperty({ example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' })
  integrationId!: string;

  @ApiProperty({ example: 'acme-ats' })
  provider!: string;

  @ApiProperty({ enum: STATUSES, description: 'ROTATING while two keys work.', example: 'ACTIVE' })
  status!: SecretStatus;

  @ApiProperty({ description: 'Of the newest key.', example: '3k2Q' })
  lastFourCharacters!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When the ATS last presented one of its keys, to the minute.',
    example: '2026-11-21T10:02:11.480Z',
  })
  lastUsedAt!: string | null;
}

import { ApiProperty } from '@nestjs/swagger';
import { IdString, StringList, Text } from '#libs/http';

const MOST_SCOPES = 500;

export class SaveOauthAppDto {
  @IdString({ optional: true, description: 'Of the ATS; the first one if not given.', example: 'us' })
  region?: string;

  @IdString({ description: 'As the ATS gave it to you.', example: 'atc_vendor_1' })
  clientId!: string;

  @Text({ max: 2_000, description: 'Stored encrypted, never shown again.', example: '9b1fK2…' })
  clientSecret!: string;

  @StringList({
    max: MOST_SCOPES,
    optional: true,
    description: 'The scopes the ATS approved for the client. If given, asking a customer for others is refused here.',
    example: ['jobs:list', 'candidates:list'],
  })
  scopes?: string[];
}

export class OauthAppQueryDto {
  @IdString({ optional: true, description: 'Of the ATS; the first one if not given.', example: 'us' })
  region?: string;
}

export class OauthAppDto {
  @ApiProperty({ example: 'acme-ats' })
  provider!: string;

  @ApiProperty({ example: 'us' })
  region!: string;

  @ApiProperty({ example: 'atc_vendor_1' })
  clientId!: string;

  @ApiProperty({ type: [String], nullable: true, example: null })
  scopes!: string[] | null;

  @ApiProperty({
    description: 'To be registered at the ATS for this client.',
    example: 'https://hub.vendor.example/oauth/acme-ats/callback',
  })
  redirectUri!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  updatedAt!: string;
}

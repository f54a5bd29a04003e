import { ApiProperty } from '@nestjs/swagger';
import { IdString, JsonObject, StringList, Text, Url } from '#libs/http';
import { CONNECTION_STATES, PERMISSION_STATES, type ConnectionState, type PermissionState } from './connection.js';

const MOST_NAMES = 200;
const INTEGRATION_ID = 'int_0Mrh4K7dT1cQpJx2vLw8Zb';

export class ConnectDto {
  @IdString({ description: 'An `id` of `api.connect` of `GET /v1/connectors/{slug}`.', example: 'api-key' })
  method!: string;

  @IdString({
    optional: true,
    description: 'Where the customer’s ATS is; the first region if not given.',
    example: 'us',
  })
  region?: string;

  @JsonObject({
    optional: true,
    description: 'What the customer typed in: the `fields` of the method. Stored encrypted, never shown again.',
    example: { apiKey: 'f06b2b153e016f8e7c3632627af56b1d-7' },
  })
  credentials?: Record<string, unknown>;

  @Url({
    optional: true,
    description:
      'Where the customer’s browser goes after consent: https. It gets `integrationId`, and `error` where it failed.',
    example: 'https://app.vendor.example/settings/ats',
  })
  returnUrl?: string;

  @StringList({
    max: MOST_NAMES,
    optional: true,
    description: 'Permissions to ask for; all that reading needs if not given.',
    example: ['jobs', 'candidates'],
  })
  permissions?: string[];

  @StringList({
    max: MOST_NAMES,
    optional: true,
    description: 'For consent, instead of `permissions`: exactly these scopes.',
    example: ['jobs:list'],
  })
  scopes?: string[];
}

export class AskedPermissionDto {
  @ApiProperty({ example: 'jobs' })
  permission!: string;

  @ApiProperty({ description: 'As the customer finds it in the ATS.', example: 'Jobs' })
  label!: string;

  @ApiProperty({ enum: ['read', 'write'], example: 'read' })
  access!: string;
}

export class PermissionDto extends AskedPermissionDto {
  @ApiProperty({
    enum: PERMISSION_STATES,
    description: 'UNKNOWN: it cannot be tried, or was not yet.',
    example: 'GRANTED',
  })
  state!: PermissionState;
}

export class OrganisationDto {
  @ApiProperty({ example: '4000001003' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Globex Corporation' })
  name!: string | null;
}

export class SetupRequestDto {
  @ApiProperty({ type: String, nullable: true, example: 'Our admin is back on Monday.' })
  note!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'admin@globex.example' })
  contactEmail!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  requestedAt!: string;
}

const TIME = { type: String, nullable: true, format: 'date-time', example: '2026-11-21T09:30:00.000Z' } as const;
const TEXT = { type: String, nullable: true, example: null } as const;

export class ConnectionDto {
  @ApiProperty({ example: INTEGRATION_ID })
  integrationId!: string;

  @ApiProperty({ example: 'acme-ats' })
  provider!: string;

  @ApiProperty({
    enum: ['NOT_CONNECTED', ...CONNECTION_STATES],
    description: 'NEEDS_RELINK: the ATS no longer takes the credentials; the customer has to connect again.',
    example: 'ACTIVE',
  })
  state!: ConnectionState | 'NOT_CONNECTED';

  @ApiProperty(TEXT)
  stateReason!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'api-key' })
  method!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'us' })
  region!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of the ATS’s API.', example: 'v3' })
  version!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of the secret, to know it by.', example: '1d-7' })
  lastFourCharacters!: string | null;

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'What was granted; null when the ATS does not say.',
    example: null,
  })
  scopes!: string[] | null;

  @ApiProperty({ type: [PermissionDto], description: 'Those asked for, as the last check found them.' })
  permissions!: PermissionDto[];

  @ApiProperty({ type: OrganisationDto, nullable: true, description: 'Whose consent it is, where the ATS says.' })
  organisation!: OrganisationDto | null;

  @ApiProperty({ ...TEXT, description: 'Who consented, by the ATS’s id.' })
  remoteUser!: string | null;

  @ApiProperty(TIME)
  connectedAt!: string | null;

  @ApiProperty({ ...TIME, description: 'When the ATS last took the credentials.' })
  lastOkAt!: string | null;

  @ApiProperty(TIME)
  checkedAt!: string | null;

  @ApiProperty({ type: SetupRequestDto, nullable: true })
  setupRequest!: SetupRequestDto | null;
}

export class ConsentDto {
  @ApiProperty({
    description: 'Where to send the customer’s browser, within ten minutes.',
    example: 'https://auth.ats.example/authorize?…',
  })
  consentUrl!: string;

  @ApiProperty({ type: [AskedPermissionDto], description: 'What the customer will be asked for; show it before.' })
  permissions!: AskedPermissionDto[];

  @ApiProperty({ type: [String], example: ['jobs:list'] })
  scopes!: string[];

  @ApiProperty({ ...TEXT, description: 'What the customer should know at the consent screen.' })
  hint!: string | null;
}

export class ConnectReplyDto {
  @ApiProperty({ enum: ['CONNECTED', 'CONSENT_NEEDED'], example: 'CONNECTED' })
  outcome!: 'CONNECTED' | 'CONSENT_NEEDED';

  @ApiProperty({ type: ConnectionDto, nullable: true, description: 'When connected.' })
  connection!: ConnectionDto | null;

  @ApiProperty({ ...TEXT, description: 'Where to send the customer’s browser, within ten minutes.' })
  consentUrl!: string | null;

  @ApiProperty({ type: [AskedPermissionDto], description: 'What the customer will be asked for; show it before.' })
  permissions!: AskedPermissionDto[];

  @ApiProperty({ type: [String], description: 'What is asked for at the consent screen.', example: [] })
  scopes!: string[];

  @ApiProperty({ ...TEXT, description: 'What the customer should know at the consent screen.' })
  hint!: string | null;
}

export class CheckDto {
  @StringList({
    max: MOST_NAMES,
    optional: true,
    description: 'Permissions to try; those asked for when connecting if not given.',
    example: ['jobs', 'candidates'],
  })
  permissions?: string[];
}

export class CheckReplyDto {
  @ApiProperty({ enum: CONNECTION_STATES, example: 'ACTIVE' })
  state!: ConnectionState;

  @ApiProperty({ description: 'The integration’s.', example: 'ISSUE' })
  status!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Acme ATS does not permit: Candidates (read).' })
  statusReason!: string | null;

  @ApiProperty({ type: [PermissionDto] })
  permissions!: PermissionDto[];

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  checkedAt!: string;
}

export class RequestSetupDto {
  @Text({ max: 2_000, optional: true, description: 'For whoever sets it up.', example: 'Our admin is back on Monday.' })
  note?: string;

  @Text({ max: 254, optional: true, description: 'Whom to ask.', example: 'admin@globex.example' })
  contactEmail?: string;
}

export class IssueDto {
  @ApiProperty({ description: 'Stable, for programs.', example: 'permission_missing' })
  code!: string;

  @ApiProperty({
    description: 'What is wrong, for the customer.',
    example: 'Acme ATS does not permit Candidates (read).',
  })
  title!: string;

  @ApiProperty({
    description: 'What the customer can do.',
    example: 'In Acme ATS, give the key the permission Candidates (read).',
  })
  remedy!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Where it is about one.', example: 'candidates' })
  permission!: string | null;
}

import { ApiProperty } from '@nestjs/swagger';
import { Flag, IdString, Name, Nested, OneOf, PageQueryDto, StringList } from '#libs/http';
import type { Capabilities, Support } from './capabilities.js';
import { IsHostName } from './host-name.js';
import { INTEGRATION_STATUSES, type IntegrationStatus } from './integration.js';

const SUPPORT: Support[] = ['SUPPORTED', 'UNSUPPORTED'];

export class SettingsDto {
  @Flag({
    optional: true,
    description: 'Report expired, rejected and cancelled assessments to the ATS as finished, without a score.',
    example: false,
  })
  reportClosed?: boolean;

  @StringList({
    max: 50,
    optional: true,
    description: 'Plain host names the ATS may be called on for results, beside those its connector allows.',
    example: ['app.eu.ats.example'],
  })
  @IsHostName({ each: true })
  allowedCallbackHosts?: string[];

  @IdString({
    optional: true,
    nullable: true,
    description: 'Your own id of a package, for orders that name none.',
    example: 'pkg_9f3aK21',
  })
  defaultPackageId?: string | null;
}

export class CreateIntegrationDto {
  @IdString({ description: 'A slug of `GET /v1/connectors`.', example: 'acme-ats' })
  provider!: string;

  @IdString({ description: 'Your own id of the customer.', example: 'org_1042' })
  originOrgId!: string;

  @Name({ example: 'Globex Corporation' })
  originOrgName!: string;

  @Nested(() => SettingsDto, { optional: true })
  settings?: SettingsDto;
}

export class UpdateIntegrationDto {
  @Name({ optional: true, example: 'Globex Corporation' })
  originOrgName?: string;

  @Nested(() => SettingsDto, { optional: true, description: 'What is left out stays as it is.' })
  settings?: SettingsDto;

  @OneOf(['ACTIVE'], {
    optional: true,
    description: 'Ends SETUP_REQUESTED by hand, where connecting through the hub does not.',
    example: 'ACTIVE',
  })
  status?: 'ACTIVE';
}

export class ListIntegrationsDto extends PageQueryDto {
  @IdString({ optional: true, example: 'acme-ats' })
  provider?: string;

  @IdString({ optional: true, example: 'org_1042' })
  originOrgId?: string;

  @OneOf(INTEGRATION_STATUSES, { optional: true, example: 'ACTIVE' })
  status?: IntegrationStatus;
}

export class CapabilitiesDto implements Capabilities {
  @ApiProperty({ enum: SUPPORT, description: 'It orders assessments from you.', example: 'SUPPORTED' })
  assessments!: Support;

  @ApiProperty({ enum: SUPPORT, description: 'It can take an order back.', example: 'UNSUPPORTED' })
  assessmentCancellation!: Support;

  @ApiProperty({
    enum: SUPPORT,
    description: 'It is told of every change of state, not only of results.',
    example: 'UNSUPPORTED',
  })
  assessmentProgress!: Support;

  @ApiProperty({ enum: SUPPORT, description: 'It says what it did not like about an answer.', example: 'SUPPORTED' })
  responseErrors!: Support;

  @ApiProperty({ enum: SUPPORT, description: 'Its records can be read through the hub.', example: 'SUPPORTED' })
  records!: Support;

  @ApiProperty({ enum: SUPPORT, description: 'Something can be done in it through the hub.', example: 'SUPPORTED' })
  actions!: Support;

  @ApiProperty({ enum: SUPPORT, description: 'It tells the hub of changes by webhook.', example: 'SUPPORTED' })
  providerWebhooks!: Support;
}

export class CurrentSettingsDto {
  @ApiProperty({ example: false })
  reportClosed!: boolean;

  @ApiProperty({ type: [String], example: ['app.eu.ats.example'] })
  allowedCallbackHosts!: string[];

  @ApiProperty({ type: String, nullable: true, example: null })
  defaultPackageId!: string | null;
}

export class IntegrationDto {
  @ApiProperty({ example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' })
  id!: string;

  @ApiProperty({ example: 'acme-ats' })
  provider!: string;

  @ApiProperty({ example: 'org_1042' })
  originOrgId!: string;

  @ApiProperty({ example: 'Globex Corporation' })
  originOrgName!: string;

  @ApiProperty({
    enum: INTEGRATION_STATUSES,
    description:
      'ISSUE: `statusReason` says what the customer has to put right. NEEDS_RELINK: the ATS no longer takes the credentials. SETUP_REQUESTED: an operator is asked to connect it. DISCONNECTED: deleted, or its connection was ended; its records stay readable.',
    example: 'ACTIVE',
  })
  status!: IntegrationStatus;

  @ApiProperty({ type: String, nullable: true, example: null })
  statusReason!: string | null;

  @ApiProperty({ type: CapabilitiesDto })
  capabilities!: CapabilitiesDto;

  @ApiProperty({ type: CurrentSettingsDto })
  settings!: CurrentSettingsDto;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;
}

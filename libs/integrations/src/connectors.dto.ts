import { ApiProperty } from '@nestjs/swagger';
import { ApiDeclarationDto } from './api-declaration.dto.js';
import { CapabilitiesDto } from './integrations.dto.js';

export class ConnectorDto {
  @ApiProperty({ description: 'What `provider` says elsewhere.', example: 'acme-ats' })
  slug!: string;

  @ApiProperty({ example: 'Acme ATS' })
  name!: string;

  @ApiProperty({
    description: 'The vendor’s documentation it was written from.',
    example: 'https://developers.ats.example',
  })
  docs!: string;

  @ApiProperty({ type: CapabilitiesDto })
  capabilities!: CapabilitiesDto;
}

export class PartnerCallDto {
  @ApiProperty({ description: 'What the hub does when the ATS makes this call.', example: 'placeOrder' })
  action!: string;

  @ApiProperty({ example: 'POST' })
  method!: string;

  @ApiProperty({ type: [String], description: 'Below `baseUrl`; any of them.', example: ['send_test'] })
  paths!: string[];
}

export class ResultSignalDto {
  @ApiProperty({ enum: ['result', 'everyChange'], description: 'Which changes the ATS is told.', example: 'result' })
  on!: string;

  @ApiProperty({
    enum: ['statusRead', 'reply'],
    description: 'How the hub knows that a result arrived.',
    example: 'statusRead',
  })
  confirmedBy!: string;

  @ApiProperty({ type: [String], description: 'Hosts the ATS may be called on.', example: ['app.ats.example'] })
  hosts!: string[];
}

export class AssessmentsDeclarationDto {
  @ApiProperty({ type: [PartnerCallDto], description: 'What the ATS may call.' })
  calls!: PartnerCallDto[];

  @ApiProperty({ type: ResultSignalDto })
  result!: ResultSignalDto;
}

export class ConnectorDetailsDto extends ConnectorDto {
  @ApiProperty({ type: AssessmentsDeclarationDto, nullable: true })
  assessments!: AssessmentsDeclarationDto | null;

  @ApiProperty({ type: ApiDeclarationDto, nullable: true, description: 'How the hub calls it; null when it does not.' })
  api!: ApiDeclarationDto | null;
}

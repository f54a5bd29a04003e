import { ApiProperty } from '@nestjs/swagger';

export class ResponseErrorDto {
  @ApiProperty({ example: 'rep_0Mrh4K7dT1cQpJx2vLw8Zb' })
  id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  at!: string;

  @ApiProperty({ description: 'The call whose answer it did not like, in the ATS’s words.', example: 'test_status' })
  call!: string;

  @ApiProperty({ type: [String], example: ['partner_profile_url is required when partner_status is complete'] })
  errors!: string[];

  @ApiProperty({ type: String, nullable: true, example: 'ats_ass_PkX8gRRNx05D1cKvomNCW5' })
  assessmentId!: string | null;
}

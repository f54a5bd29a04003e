import { ApiProperty } from '@nestjs/swagger';
import { MODEL_NAMES, type ModelName } from '#libs/model';

export class UnreadableRecordDto {
  @ApiProperty({ enum: MODEL_NAMES, example: 'candidates' })
  model!: ModelName;

  @ApiProperty({ type: String, nullable: true, description: 'Of a part that the ATS keeps apart.', example: null })
  part!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '4071882003' })
  remoteId!: string | null;

  @ApiProperty({
    description: 'What is wrong with which field; never what stands in it.',
    example: 'last_name is a number.',
  })
  reason!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  firstAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:45:00.000Z' })
  lastAt!: string;

  @ApiProperty({ description: 'How often it was met.', example: 2 })
  count!: number;
}

import { ApiProperty } from '@nestjs/swagger';
import { IdString, Name, PageQueryDto, QueryFlag } from '#libs/http';
import { ID_TAIL } from '../fields/candidate.dto.js';
import { MATCHED_BY, type MatchedBy } from './user-mapping.js';

export class SaveUserMappingDto {
  @IdString({ description: 'Your own id of the user.', example: 'u-4711' })
  externalUserId!: string;

  @IdString({ optional: true, description: 'The id of a user of the ATS.', example: `user_${ID_TAIL}` })
  userId?: string;

  @Name({
    optional: true,
    description: 'In place of `userId`: whoever has this address in the ATS.',
    example: 'kim@globex.example',
  })
  email?: string;
}

export class ListUserMappingsDto extends PageQueryDto {
  @QueryFlag({ optional: true, description: 'Only those whose user is known, or only the others.', example: false })
  isMatched?: boolean;
}

export class UserMappingDto {
  @ApiProperty({ example: 'u-4711' })
  externalUserId!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'null while the mirror has nobody, or more than one, with the address.',
    example: `user_${ID_TAIL}`,
  })
  userId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Kim Sato' })
  userName!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'kim@globex.example' })
  email!: string | null;

  @ApiProperty({ type: String, enum: MATCHED_BY, nullable: true, example: 'EMAIL' })
  matchedBy!: MatchedBy | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  updatedAt!: string;
}

export class MatchReplyDto {
  @ApiProperty({ description: 'Mappings that have found their user now.', example: 12 })
  matched!: number;

  @ApiProperty({ description: 'Mappings whose address nobody (or more than one) has.', example: 1 })
  unmatched!: number;
}

export class LineErrorDto {
  @ApiProperty({ example: 7 })
  line!: number;

  @ApiProperty({ example: 'email is no e-mail address' })
  message!: string;
}

export class ImportReplyDto extends MatchReplyDto {
  @ApiProperty({ description: 'Rows that were taken.', example: 240 })
  imported!: number;

  @ApiProperty({ description: 'Lines that were not.', example: 1 })
  refused!: number;

  @ApiProperty({ type: [LineErrorDto], description: 'What is wrong with them; the first 1,000.' })
  errors!: LineErrorDto[];
}

export class SaveDefaultUserDto {
  @IdString({ description: 'The id of a user of the ATS.', example: `user_${ID_TAIL}` })
  userId!: string;
}

export class DefaultUserDto {
  @ApiProperty({ type: String, nullable: true, example: `user_${ID_TAIL}` })
  userId!: string | null;
}

import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { IdString, Int, JsonObject, Name, NestedList, Num, OneOf, PageQueryDto, StringList, Text } from '#libs/http';
import { PACKAGE_STATUSES, type PackageStatus } from '#libs/model';

const MAX_PACKAGES = 20_000;
const YEAR_IN_MINUTES = 525_600;

const NAME = 'Backend Engineer, level 2';
const OPTIONAL = { optional: true, nullable: true };

const description = { description: 'For recruiters and candidates.', example: '90 minutes, three tasks' };
const type = {
  description: 'A free word; SKILLS_TEST, CODING_CHALLENGE, PERSONALITY, VIDEO_INTERVIEW are usual.',
  example: 'CODING_CHALLENGE',
};
const status = { description: 'Only ACTIVE ones are listed to an ATS.', example: 'ACTIVE' };
const integrationIds = { description: 'The integrations it is offered to; null is all.', example: null };
const metaData = { description: "Anything of the vendor's; comes with every order.", example: { track: 'backend' } };

/** What a vendor may say of a package besides id and name; null takes a value back. */
class PackageFieldsDto {
  @Text({ ...OPTIONAL, ...description })
  description?: string | null;

  @Text({ ...OPTIONAL, ...type, max: 255 })
  type?: string | null;

  @OneOf(PACKAGE_STATUSES, { optional: true, ...status })
  status?: PackageStatus;

  @Num({ ...OPTIONAL, example: 100 })
  maxScore?: number | null;

  @Num({ ...OPTIONAL, example: 60 })
  passScore?: number | null;

  @Int({ ...OPTIONAL, min: 0, max: YEAR_IN_MINUTES, example: 90 })
  durationMinutes?: number | null;

  @StringList({ ...OPTIONAL, ...integrationIds, max: 10_000 })
  integrationIds?: string[] | null;

  @JsonObject({ ...OPTIONAL, ...metaData })
  metaData?: Record<string, unknown> | null;
}

export class PackageInputDto extends PackageFieldsDto {
  @IdString({ description: "The vendor's own id.", example: 'backend-l2' })
  @Matches(/^(?!\.{1,2}$)/, { message: 'must not be . or .., which no address can end in' })
  id!: string;

  @Name({ example: NAME })
  name!: string;
}

/** What is left out stays as it is. */
export class UpdatePackageDto extends PackageFieldsDto {
  @Name({ optional: true, example: NAME })
  name?: string;
}

export class ReplacePackagesDto {
  @NestedList(() => PackageInputDto, {
    max: MAX_PACKAGES,
    description: 'The whole catalogue; what is absent becomes ARCHIVED.',
    example: [{ id: 'backend-l2', name: NAME, type: 'CODING_CHALLENGE', maxScore: 100 }],
  })
  packages!: PackageInputDto[];
}

export class ListPackagesDto extends PageQueryDto {
  @OneOf(PACKAGE_STATUSES, { optional: true, example: 'ACTIVE' })
  status?: PackageStatus;
}

export class PackageDto {
  @ApiProperty({ description: "The vendor's own id.", example: 'backend-l2' })
  id!: string;

  @ApiProperty({ example: NAME })
  name!: string;

  @ApiProperty({ type: String, nullable: true, ...description })
  description!: string | null;

  @ApiProperty({ type: String, nullable: true, ...type })
  type!: string | null;

  @ApiProperty({ enum: PACKAGE_STATUSES, ...status })
  status!: PackageStatus;

  @ApiProperty({ type: Number, nullable: true, example: 100 })
  maxScore!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 60 })
  passScore!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 90 })
  durationMinutes!: number | null;

  @ApiProperty({ type: [String], nullable: true, ...integrationIds })
  integrationIds!: string[] | null;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, ...metaData })
  metaData!: Record<string, unknown> | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  updatedAt!: string;
}

export class PackagePageDto {
  @ApiProperty({ type: [PackageDto] })
  data!: PackageDto[];

  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor!: string | null;
}

export class CatalogueDto {
  @ApiProperty({ type: [PackageDto], description: 'What was put, in the order given.' })
  packages!: PackageDto[];

  @ApiProperty({ description: 'How many packages became ARCHIVED because they were absent.', example: 2 })
  archived!: number;
}

import { Flag, IdString, JsonObject, Name, Nested, NestedList, StringList, Text } from '#libs/http';
import { AnyValue } from './values.js';

/** Examples of ids. */
export const ID_TAIL = '0Mrh4K7dT1cQpJx2vLw8Zb';

/** Who something is done for; the same in every body. */
export const OnBehalfOf = () =>
  IdString({
    optional: true,
    description:
      'Who it is done for: the id of a user of the ATS, or your own id of one in the user mappings of the integration.',
    example: `user_${ID_TAIL}`,
  });

const MOST_ADDRESSES = 50;

export class ContactDto {
  @Name({ example: 'imani.okafor@example.org' })
  value!: string;

  @Name({ description: 'One of the words `GET /v1/ats/meta/{action}` names.', example: 'WORK' })
  type!: string;
}

export class PostalAddressDto {
  @Text({ max: 1_000, description: 'As one would write it on an envelope.', example: '12 Harbour St, Dublin' })
  value!: string;

  @Name({ example: 'HOME' })
  type!: string;
}

export class CustomFieldValueDto {
  @Name({ description: 'The key (or id) the field has in the ATS.', example: 'notice_period' })
  key!: string;

  @AnyValue({ description: 'As the ATS takes it.', example: '3 months' })
  value!: unknown;
}

const customFields = (): PropertyDecorator => NestedList(() => CustomFieldValueDto, { max: 200, optional: true });

const mappedFields = (): PropertyDecorator =>
  JsonObject({
    optional: true,
    description: 'Values of your field mappings, by key, as the reads give them; see `/v1/field-mappings`.',
    example: { noticePeriod: '3 months' },
  });

/** What can be said of a candidate. What is left out is not sent. */
export class CandidateFieldsDto {
  @Name({ optional: true, example: 'Imani' })
  firstName?: string;

  @Name({ optional: true, example: 'Okafor' })
  lastName?: string;

  @Name({ optional: true, nullable: true, example: 'Imi' })
  preferredName?: string | null;

  @Name({ optional: true, nullable: true, example: 'Staff engineer' })
  title?: string | null;

  @Name({ optional: true, nullable: true, example: 'Northwind' })
  company?: string | null;

  @NestedList(() => ContactDto, { max: MOST_ADDRESSES, optional: true, description: 'A list replaces the ATS’s.' })
  emails?: ContactDto[];

  @NestedList(() => ContactDto, {
    max: MOST_ADDRESSES,
    optional: true,
    example: [{ value: '+353 1 555 0100', type: 'MOBILE' }],
  })
  phones?: ContactDto[];

  @NestedList(() => PostalAddressDto, { max: MOST_ADDRESSES, optional: true })
  addresses?: PostalAddressDto[];

  @NestedList(() => ContactDto, {
    max: MOST_ADDRESSES,
    optional: true,
    example: [{ value: 'https://imani.example', type: 'PORTFOLIO' }],
  })
  websites?: ContactDto[];

  @StringList({
    max: MOST_ADDRESSES,
    optional: true,
    description: 'Addresses of profiles.',
    example: ['https://www.linkedin.com/in/imani-okafor-example'],
  })
  socialLinks?: string[];

  @StringList({ max: 100, optional: true, description: 'Names of tags.', example: ['Assessed'] })
  tags?: string[];

  @Flag({ optional: true, example: false })
  isPrivate?: boolean;

  @Flag({ optional: true, example: true })
  canEmail?: boolean;

  @IdString({ optional: true, nullable: true, example: `user_${ID_TAIL}` })
  recruiterId?: string | null;

  @IdString({ optional: true, nullable: true, example: `user_${ID_TAIL}` })
  coordinatorId?: string | null;

  @customFields()
  customFields?: CustomFieldValueDto[];

  @mappedFields()
  mappedFields?: Record<string, unknown>;
}

/** For which job, and how it came about. */
export class ApplicationFieldsDto {
  @IdString({ optional: true, example: `job_${ID_TAIL}` })
  jobId?: string;

  @IdString({
    optional: true,
    description: 'The stage it begins in; the first one unless told.',
    example: `stge_${ID_TAIL}`,
  })
  stageId?: string;

  @IdString({ optional: true, example: `srce_${ID_TAIL}` })
  sourceId?: string;

  @IdString({ optional: true, example: `user_${ID_TAIL}` })
  recruiterId?: string;

  @IdString({ optional: true, example: `user_${ID_TAIL}` })
  coordinatorId?: string;

  @customFields()
  customFields?: CustomFieldValueDto[];

  @mappedFields()
  mappedFields?: Record<string, unknown>;
}

export class CreateCandidateDto extends CandidateFieldsDto {
  @Nested(() => ApplicationFieldsDto, { optional: true, description: 'An application that comes with the candidate.' })
  application?: ApplicationFieldsDto;

  @OnBehalfOf()
  onBehalfOf?: string;
}

export class UpdateCandidateDto extends CandidateFieldsDto {
  @OnBehalfOf()
  onBehalfOf?: string;
}

/** Where a prospect stands, in place of an application for one job. */
export class ProspectFieldsDto {
  @StringList({ max: 100, optional: true, description: 'Jobs one has in mind.', example: [`job_${ID_TAIL}`] })
  jobIds?: string[];

  @IdString({ optional: true, example: `pool_${ID_TAIL}` })
  prospectPoolId?: string;

  @IdString({ optional: true, description: 'The `remoteId` of one of the stages of the pool.', example: '5012003' })
  prospectPoolStageRemoteId?: string;

  @IdString({ optional: true, example: `user_${ID_TAIL}` })
  ownerId?: string;

  @IdString({ optional: true, example: `srce_${ID_TAIL}` })
  sourceId?: string;
}

export class CreateProspectDto extends CandidateFieldsDto {
  @Nested(() => ProspectFieldsDto, { optional: true })
  prospect?: ProspectFieldsDto;

  @OnBehalfOf()
  onBehalfOf?: string;
}

export class CreateApplicationDto extends ApplicationFieldsDto {
  @IdString({ optional: true, example: `cand_${ID_TAIL}` })
  candidateId?: string;

  @OnBehalfOf()
  onBehalfOf?: string;
}

import { IdString, Name, Nested, OneOf, QueryFlag, StringList, Text, Url } from '#libs/http';
import { ID_TAIL, OnBehalfOf } from './candidate.dto.js';
import { Base64, Day, DayOrTime } from './values.js';

const VISIBILITIES = ['PUBLIC', 'PRIVATE', 'ADMIN_ONLY'];

/** For calls that need nothing else. */
export class ActingDto {
  @OnBehalfOf()
  onBehalfOf?: string;
}

export class NoteEmailDto {
  @StringList({ max: 100, optional: true, example: ['recruiting@globex.example'] })
  from?: string[];

  @StringList({ max: 100, optional: true, example: ['imani.okafor@example.org'] })
  to?: string[];

  @StringList({ max: 100, optional: true, example: [] })
  cc?: string[];
}

export class CreateNoteDto extends ActingDto {
  @Text({ optional: true, description: 'What the note says.', example: 'Backend test: 81 of 100.' })
  body?: string;

  @OneOf(['NOTE', 'ACTIVITY', 'EMAIL'], { optional: true, description: 'NOTE unless told.', example: 'NOTE' })
  type?: string;

  @OneOf(VISIBILITIES, { optional: true, description: 'Who sees it in the ATS.', example: 'PRIVATE' })
  visibility?: string;

  @Name({ optional: true, example: 'Test result' })
  subject?: string;

  @IdString({ optional: true, description: 'The application it is about.', example: `appl_${ID_TAIL}` })
  applicationId?: string;

  @Nested(() => NoteEmailDto, { optional: true, description: 'Of the type EMAIL: who wrote to whom. Nothing is sent.' })
  email?: NoteEmailDto;
}

export class CreateAttachmentDto extends ActingDto {
  @Name({ optional: true, example: 'report.pdf' })
  filename?: string;

  @Name({
    optional: true,
    description: 'One of the words `GET /v1/ats/meta/attachments.create` names.',
    example: 'OTHER',
  })
  type?: string;

  @OneOf(VISIBILITIES, { optional: true, example: 'PRIVATE' })
  visibility?: string;

  @Url({
    optional: true,
    description: 'Where the ATS fetches the file; public https.',
    example: 'https://files.example.org/report.pdf',
  })
  url?: string;

  @Base64({ optional: true, description: 'The file itself, in place of `url`.' })
  content?: string;

  @Name({ optional: true, example: 'application/pdf' })
  contentType?: string;

  @IdString({ optional: true, example: `appl_${ID_TAIL}` })
  applicationId?: string;
}

export class CreateEducationDto extends ActingDto {
  @Name({ optional: true, example: 'Trinity College Dublin' })
  institution?: string;

  @Name({ optional: true, example: 'Bachelor’s Degree' })
  degree?: string;

  @Name({ optional: true, example: 'Mathematics' })
  field?: string;

  @Day({ optional: true, example: '2014-09-01' })
  startDate?: string;

  @Day({ optional: true, example: '2018-06-01' })
  endDate?: string;
}

export class CreateEmploymentDto extends ActingDto {
  @Name({ optional: true, example: 'Northwind' })
  company?: string;

  @Name({ optional: true, example: 'Engineer' })
  title?: string;

  @Day({ optional: true, example: '2018-07-01' })
  startDate?: string;

  @Day({ optional: true, example: '2021-12-31' })
  endDate?: string;
}

export class MoveApplicationDto extends ActingDto {
  @IdString({
    optional: true,
    description: 'Where you believe it to be: elsewhere, nothing is done (409).',
    example: `stge_${ID_TAIL}`,
  })
  fromStageId?: string;

  @IdString({ optional: true, example: `stge_${ID_TAIL}` })
  toStageId?: string;

  @IdString({ optional: true, description: 'Another job.', example: `job_${ID_TAIL}` })
  toJobId?: string;
}

export class RejectionEmailDto {
  @IdString({ optional: true, description: 'The ATS’s id of the template.', example: '90000301' })
  templateRemoteId?: string;

  @DayOrTime({ optional: true, description: 'At once unless told.', example: '2026-12-01T09:00:00Z' })
  sendAt?: string;

  @IdString({ optional: true, example: `user_${ID_TAIL}` })
  fromUserId?: string;
}

export class RejectApplicationDto extends ActingDto {
  @IdString({ optional: true, example: `rjrs_${ID_TAIL}` })
  rejectReasonId?: string;

  @Text({ optional: true, example: 'Not enough experience with PostgreSQL.' })
  notes?: string;

  @Nested(() => RejectionEmailDto, { optional: true, description: 'Left out, the candidate gets no e-mail.' })
  email?: RejectionEmailDto;
}

export class HireApplicationDto extends ActingDto {
  @DayOrTime({ optional: true, example: '2026-12-01' })
  startDate?: string;

  @IdString({ optional: true, description: 'The ATS’s id of the opening that is filled.', example: '7001203' })
  openingRemoteId?: string;
}

export class WriteQueryDto {
  @QueryFlag({
    optional: true,
    description: 'Check everything and send nothing that writes; the reply says what would be sent.',
    example: false,
  })
  dryRun?: boolean;
}

/** Calls without a body say it in the query. */
export class RemovalQueryDto extends WriteQueryDto {
  @OnBehalfOf()
  onBehalfOf?: string;
}

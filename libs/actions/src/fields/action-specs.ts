import type { Type } from '@nestjs/common';
import type { ActionName } from '#libs/model';
import { type ActionField, type ActionSpec, group } from './action-spec.js';
import {
  ActingDto,
  CreateAttachmentDto,
  CreateEducationDto,
  CreateEmploymentDto,
  CreateNoteDto,
  HireApplicationDto,
  MoveApplicationDto,
  RejectApplicationDto,
} from './bodies.dto.js';
import { CreateApplicationDto, CreateCandidateDto, CreateProspectDto, UpdateCandidateDto } from './candidate.dto.js';

const CANDIDATE = group('', 'candidate', [
  ...['firstName', 'lastName', 'preferredName', 'title', 'company'],
  ...['emails', 'phones', 'addresses', 'websites', 'socialLinks', 'tags'],
  ...['isPrivate', 'canEmail', 'recruiterId', 'coordinatorId', 'customFields'],
]);
const APPLICATION = ['jobId', 'stageId', 'sourceId', 'recruiterId', 'coordinatorId', 'customFields'];
const PROSPECT = ['jobIds', 'prospectPoolId', 'prospectPoolStageRemoteId', 'ownerId', 'sourceId'];

const OF_CANDIDATE: ActionField[] = [{ at: 'id', input: 'candidateRemoteId', model: 'candidates' }];
const OF_APPLICATION: ActionField[] = [{ at: 'id', input: 'applicationRemoteId', model: 'applications' }];
const part = (input: string): ActionField[] => [...OF_CANDIDATE, { at: 'remoteId', input }];
const TAG: ActionField[] = [...OF_CANDIDATE, { at: 'name', input: 'name' }];

const MADE_CANDIDATE = { model: 'candidates', isMade: true } as const;
const CANDIDATE_OF_PATH = { model: 'candidates', isMade: false } as const;
const APPLICATION_OF_PATH = { model: 'applications', isMade: false } as const;

type Told = Partial<ActionSpec> & Pick<ActionSpec, 'summary' | 'path' | 'shows'>;

/** `call` is method and path; what is left out is empty. */
function spec(name: ActionName, body: Type | null, told: Told): ActionSpec {
  const nothing = {
    method: 'POST',
    params: [],
    fields: [],
    mapped: {},
    defaults: {},
    required: [],
    oneOf: [],
  } as const;
  return { name, body, ...nothing, ...told };
}

const PEOPLE = [
  spec('candidates.create', CreateCandidateDto, {
    summary: 'Create a candidate, with an application if one is given',
    path: 'candidates',
    fields: [...CANDIDATE, ...group('application', 'application', APPLICATION)],
    mapped: { candidates: 'mappedFields', applications: 'application.mappedFields' },
    defaults: { candidate: {} },
    shows: MADE_CANDIDATE,
  }),
  spec('candidates.update', UpdateCandidateDto, {
    summary: 'Change a candidate',
    method: 'PATCH',
    path: 'candidates/:id',
    params: OF_CANDIDATE,
    fields: CANDIDATE,
    mapped: { candidates: 'mappedFields' },
    defaults: { candidate: {} },
    shows: CANDIDATE_OF_PATH,
  }),
  spec('prospects.create', CreateProspectDto, {
    summary: 'Create a candidate as a prospect',
    path: 'prospects',
    fields: [...CANDIDATE, ...group('prospect', 'prospect', PROSPECT)],
    mapped: { candidates: 'mappedFields' },
    defaults: { candidate: {}, prospect: {} },
    shows: MADE_CANDIDATE,
  }),
  spec('applications.create', CreateApplicationDto, {
    summary: 'Let a candidate apply for a job',
    path: 'applications',
    fields: [...group('', '', ['candidateId']), ...group('', 'application', APPLICATION)],
    mapped: { applications: 'mappedFields' },
    defaults: { application: {} },
    required: ['candidateRemoteId'],
    shows: { model: 'applications', isMade: true },
  }),
];

const ABOUT_CANDIDATES = [
  spec('notes.create', CreateNoteDto, {
    summary: 'Write a note about a candidate',
    path: 'candidates/:id/notes',
    params: OF_CANDIDATE,
    fields: [
      ...group('', '', ['applicationId', 'type', 'visibility', 'subject', 'body']),
      ...group('email', 'email', ['from', 'to', 'cc']),
    ],
    defaults: { type: 'NOTE', visibility: 'PUBLIC', 'email.from': [], 'email.to': [], 'email.cc': [] },
    required: ['visibility', 'body'],
    shows: { model: 'notes', isMade: true },
  }),
  spec('attachments.create', CreateAttachmentDto, {
    summary: 'Attach a file to a candidate',
    path: 'candidates/:id/attachments',
    params: OF_CANDIDATE,
    fields: [
      ...group('', '', ['applicationId', 'type', 'visibility']),
      ...group('', 'file', ['filename', 'contentType', 'url', 'content']),
    ],
    defaults: { type: 'OTHER', visibility: 'PUBLIC', 'file.contentType': 'application/octet-stream' },
    required: ['type', 'visibility', 'file.filename'],
    oneOf: ['url', 'content'],
    shows: { model: 'attachments', isMade: true },
  }),
  spec('educations.create', CreateEducationDto, {
    summary: 'Add an education to a candidate',
    path: 'candidates/:id/educations',
    params: OF_CANDIDATE,
    fields: group('', '', ['institution', 'degree', 'field', 'startDate', 'endDate']),
    shows: CANDIDATE_OF_PATH,
  }),
  spec('educations.remove', null, {
    summary: 'Remove an education of a candidate',
    method: 'DELETE',
    path: 'candidates/:id/educations/:remoteId',
    params: part('educationRemoteId'),
    shows: CANDIDATE_OF_PATH,
  }),
  spec('employments.create', CreateEmploymentDto, {
    summary: 'Add an employment to a candidate',
    path: 'candidates/:id/employments',
    params: OF_CANDIDATE,
    fields: group('', '', ['company', 'title', 'startDate', 'endDate']),
    required: ['company', 'title', 'startDate'],
    shows: CANDIDATE_OF_PATH,
  }),
  spec('employments.remove', null, {
    summary: 'Remove an employment of a candidate',
    method: 'DELETE',
    path: 'candidates/:id/employments/:remoteId',
    params: part('employmentRemoteId'),
    shows: CANDIDATE_OF_PATH,
  }),
  spec('tags.add', ActingDto, {
    summary: 'Put a tag on a candidate',
    method: 'PUT',
    path: 'candidates/:id/tags/:name',
    params: TAG,
    shows: CANDIDATE_OF_PATH,
  }),
  spec('tags.remove', null, {
    summary: 'Take a tag from a candidate',
    method: 'DELETE',
    path: 'candidates/:id/tags/:name',
    params: TAG,
    shows: CANDIDATE_OF_PATH,
  }),
];

const ABOUT_APPLICATIONS = [
  spec('applications.move', MoveApplicationDto, {
    summary: 'Move an application to another stage, or to another job',
    path: 'applications/:id/move',
    params: OF_APPLICATION,
    fields: group('', '', ['fromStageId', 'toStageId', 'toJobId']),
    shows: APPLICATION_OF_PATH,
  }),
  spec('applications.reject', RejectApplicationDto, {
    summary: 'Reject an application',
    path: 'applications/:id/reject',
    params: OF_APPLICATION,
    fields: [
      ...group('', '', ['rejectReasonId', 'notes']),
      ...group('email', 'email', ['templateRemoteId', 'sendAt', 'fromUserId']),
    ],
    required: ['email.templateRemoteId'],
    shows: APPLICATION_OF_PATH,
  }),
  spec('applications.unreject', ActingDto, {
    summary: 'Take the rejection of an application back',
    path: 'applications/:id/unreject',
    params: OF_APPLICATION,
    shows: APPLICATION_OF_PATH,
  }),
  spec('applications.hire', HireApplicationDto, {
    summary: 'Hire whoever applied',
    path: 'applications/:id/hire',
    params: OF_APPLICATION,
    fields: group('', '', ['startDate', 'openingRemoteId']),
    shows: APPLICATION_OF_PATH,
  }),
];

/** Every action of the model as a call of the API. */
export const ACTION_SPECS: readonly ActionSpec[] = [...PEOPLE, ...ABOUT_CANDIDATES, ...ABOUT_APPLICATIONS];

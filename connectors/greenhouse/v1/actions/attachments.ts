import { type ActionContext, ActionRefused } from '#libs/connector-kit';
import type { ActionInputs } from '#libs/model';
import { TYPES } from '../../actions/attachments.js';
import { defined, numberOf, outcome } from '../../actions/calls.js';
import { VISIBILITY } from '../../actions/notes.js';
import { define, readApplication } from './calls.js';

type Input = ActionInputs['attachments.create'];

/** Files of a candidate without an application are a résumé, a cover letter, or something administrators alone see. */
async function target(
  input: Input,
  context: ActionContext,
): Promise<{ path: string; type: string; visibility?: string }> {
  const { candidateRemoteId, applicationRemoteId, visibility } = input;
  const type = TYPES[input.type];
  if (type === undefined) throw new ActionRefused(`Greenhouse takes one of ${Object.keys(TYPES).join(', ')}.`, 'type');
  numberOf(candidateRemoteId, 'candidateRemoteId');
  if (applicationRemoteId !== undefined) {
    const application = await readApplication(context, applicationRemoteId);
    if (application.candidate_id !== candidateRemoteId) {
      throw new ActionRefused('The candidate has no such application in Greenhouse.', 'applicationRemoteId');
    }
    const path = `applications/${applicationRemoteId}/attachments`;
    return { path, type, ...(type === 'other' && { visibility: VISIBILITY[visibility] }) };
  }
  const path = `candidates/${candidateRemoteId}/attachments`;
  if (type === 'resume' || type === 'cover_letter') return { path, type };
  if (type === 'other' && visibility === 'ADMIN_ONLY') return { path, type: 'admin_only' };
  throw new ActionRefused('Greenhouse keeps a file of this kind on an application: say which.', 'applicationRemoteId');
}

async function create(input: Input, context: ActionContext) {
  const { candidateRemoteId, file } = input;
  if ((file.url === undefined) === (file.content === undefined)) {
    throw new ActionRefused('Give either the address of the file or its content.', 'file');
  }
  const { path, ...kind } = await target(input, context);
  const json = defined({
    filename: file.filename,
    ...kind,
    url: file.url,
    content: file.content,
    content_type: file.contentType,
  });
  await context.send({ method: 'POST', path, json });
  const isAsWished = kind.visibility !== undefined || kind.type === 'admin_only' || input.visibility === 'PUBLIC';
  const warnings = isAsWished ? [] : ['Greenhouse decides by the type of this file who sees it.'];
  // Files have no id in v1.
  return outcome(null, { candidates: [candidateRemoteId] }, warnings);
}

export const createAttachment = define<'attachments.create'>({
  permission: 'attachments.write',
  takes: [
    'candidateRemoteId',
    'applicationRemoteId',
    'type',
    'visibility',
    'file.filename',
    'file.contentType',
    'file.url',
    'file.content',
  ],
  needs: ['candidateRemoteId', 'type', 'visibility', 'file.filename', 'file.contentType'],
  choices: {
    type: Object.keys(TYPES),
    visibility: Object.keys(VISIBILITY),
    candidateRemoteId: { model: 'candidates' },
    applicationRemoteId: { model: 'applications' },
  },
  effects: [
    'Without an application Greenhouse takes a résumé, a cover letter, or a file for administrators alone.',
    'A TAKE_HOME_TEST is taken only while a test is outstanding on the application.',
    'An OFFER_LETTER starts the approvals of the offer anew.',
  ],
  run: create,
});

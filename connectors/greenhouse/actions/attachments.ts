import { type Action, type ActionContext, ActionRefused } from '#libs/connector-kit';
import type { ActionInputs } from '#libs/model';
import { z } from 'zod';
import { id, ref, text } from '../resources/wire.js';
import { NO_ID, defined, idOf, numberOf, outcome, readOne, rowsOf } from './calls.js';
import { VISIBILITY } from './notes.js';

export const TYPES: Readonly<Record<string, string>> = {
  RESUME: 'resume',
  COVER_LETTER: 'cover_letter',
  TAKE_HOME_TEST: 'take_home_test',
  OFFER_LETTER: 'offer_letter',
  SIGNED_OFFER_LETTER: 'signed_offer_letter',
  OTHER: 'other',
};

const Row = z.object({ id, candidate_id: ref, status: text });

/** An attachment always hangs on an application: the one given, or the candidate's newest that is active. */
async function applicationFor(input: ActionInputs['attachments.create'], context: ActionContext): Promise<string> {
  const { candidateRemoteId, applicationRemoteId } = input;
  if (applicationRemoteId !== undefined) {
    numberOf(applicationRemoteId, 'applicationRemoteId');
    const row = await readOne(context, 'applications', applicationRemoteId, Row);
    if (row?.candidate_id === candidateRemoteId) return row.id;
    throw new ActionRefused('The candidate has no such application in Greenhouse.', 'applicationRemoteId');
  }
  numberOf(candidateRemoteId, 'candidateRemoteId');
  // The filter says `active` for what rows call `in_process`. Newest first.
  const query = { candidate_ids: candidateRemoteId, status: 'active', per_page: 50 };
  const rows = rowsOf(await context.send({ method: 'GET', path: 'applications', query }), Row);
  const newest = rows.find((row) => row.candidate_id === candidateRemoteId);
  if (newest) return newest.id;
  throw new ActionRefused(
    'The candidate has no active application, and Greenhouse keeps attachments on applications only.',
    'candidateRemoteId',
  );
}

async function create(input: ActionInputs['attachments.create'], context: ActionContext) {
  const { candidateRemoteId, file } = input;
  const type = TYPES[input.type];
  if (type === undefined) throw new ActionRefused(`Greenhouse takes one of ${Object.keys(TYPES).join(', ')}.`, 'type');
  if ((file.url === undefined) === (file.content === undefined)) {
    throw new ActionRefused('Give either the address of the file or its content.', 'file');
  }
  const application = await applicationFor(input, context);
  const json = defined({
    application_id: numberOf(application, 'applicationRemoteId'),
    filename: file.filename,
    type,
    visibility: VISIBILITY[input.visibility],
    url: file.url,
    content: file.content,
  });
  const made = idOf((await context.send({ method: 'POST', path: 'attachments', json })).body);
  const isOpen = type === 'other' || input.visibility === 'PUBLIC';
  const warnings = [
    ...(made === null ? [NO_ID] : []),
    ...(isOpen
      ? []
      : ['Greenhouse may show this type of attachment to everybody who sees the candidate, whatever visibility says.']),
  ];
  return outcome(made, { attachments: [made], candidates: [candidateRemoteId] }, warnings);
}

export const createAttachment: Action<'attachments.create'> = {
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
  needs: ['candidateRemoteId', 'type', 'visibility', 'file.filename'],
  choices: {
    type: Object.keys(TYPES),
    visibility: Object.keys(VISIBILITY),
    candidateRemoteId: { model: 'candidates' },
    applicationRemoteId: { model: 'applications' },
  },
  onBehalfOf: 'unused',
  effects: [
    'The file hangs on the application given, or on the newest active application of the candidate.',
    'A new résumé or cover letter turns the one before into an attachment of the type OTHER.',
    'A TAKE_HOME_TEST is taken only while a test is outstanding on the application.',
  ],
  run: create,
};

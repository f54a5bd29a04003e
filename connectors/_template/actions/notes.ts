import { type Action, ActionRefused } from '#libs/connector-kit';
import { z } from 'zod';
import { id } from '../resources/wire.js';

const Made = z.object({ item: z.object({ id }) });

/** Something to do in the ATS. `send` gives back an answer that is good, or ends the action with the error that fits. */
export const createNote: Action<'notes.create'> = {
  permission: 'notes',
  // Fields of the input that Linden can take; others are refused with "not supported". Without `needs` it cannot do.
  takes: ['candidateRemoteId', 'type', 'visibility', 'body'],
  needs: ['candidateRemoteId', 'body'],
  choices: { type: ['NOTE'], visibility: ['PUBLIC'], candidateRemoteId: { model: 'candidates' } },
  onBehalfOf: 'required',
  // What else happens in the ATS, for whoever decides whether to do this.
  effects: ['Linden tells everybody who follows the person.'],
  async run({ candidateRemoteId, visibility, body }, { send, onBehalfOf }) {
    if (visibility !== 'PUBLIC') throw new ActionRefused('Linden shows notes to everybody.', 'visibility');
    const reply = await send({
      method: 'POST',
      path: `people/${encodeURIComponent(candidateRemoteId)}/notes`,
      json: { text: body, author_id: onBehalfOf },
    });
    const made = Made.safeParse(reply.body).data?.item.id ?? null;
    return {
      remoteId: made,
      // What is different now, and is read again.
      changed: [{ model: 'candidates', remoteIds: [candidateRemoteId] }],
      warnings: made === null ? ['Linden did not say the id of the note.'] : [],
    };
  },
};

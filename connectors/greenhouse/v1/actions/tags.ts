import { type ActionContext, ActionRefused } from '#libs/connector-kit';
import type { ActionInputs } from '#libs/model';
import { z } from 'zod';
import { idOf, numberOf, outcome, rowsOf, search } from '../../actions/calls.js';
import { id, text } from '../../resources/wire.js';
import { define } from './calls.js';

const Tag = z.object({ id, name: text });

const isSame = (a: string | null, b: string): boolean => a?.trim().toLowerCase() === b.trim().toLowerCase();

/** The candidate's own tag of this name, or null. */
async function tagOf({ send }: ActionContext, candidateId: string, name: string): Promise<string | null> {
  numberOf(candidateId, 'candidateRemoteId');
  const reply = await send({ method: 'GET', path: `candidates/${candidateId}/tags` });
  return rowsOf(reply, Tag).find((tag) => isSame(tag.name, name))?.id ?? null;
}

async function add({ candidateRemoteId, name }: ActionInputs['tags.add'], context: ActionContext) {
  if ((await tagOf(context, candidateRemoteId, name)) !== null) {
    return outcome(null, {}, ['The candidate has this tag already; nothing was sent.']);
  }
  const list = { path: 'tags/candidate', query: {}, wire: Tag };
  const present = await search(context, list, (tag) => (isSame(tag.name, name) ? tag.id : null));
  const tag = present ?? (await make(context, name));
  const path = `candidates/${candidateRemoteId}/tags/${tag}`;
  await context.send({ method: 'PUT', path, isRepeatable: true });
  return outcome(tag, { candidates: [candidateRemoteId], tags: present === null ? [tag] : [] });
}

async function make({ send }: ActionContext, name: string): Promise<string> {
  const tag = idOf((await send({ method: 'POST', path: 'tags/candidate', json: { name } })).body);
  if (tag === null) throw new ActionRefused('Greenhouse made the tag and did not say its id; try again.');
  return tag;
}

async function remove({ candidateRemoteId, name }: ActionInputs['tags.remove'], context: ActionContext) {
  const tag = await tagOf(context, candidateRemoteId, name);
  if (tag === null) return outcome(null, {}, ['The candidate does not have this tag; nothing was sent.']);
  await context.send({ method: 'DELETE', path: `candidates/${candidateRemoteId}/tags/${tag}` });
  return outcome(null, { candidates: [candidateRemoteId] });
}

export const addTag = define<'tags.add'>({
  permission: 'tags.write',
  takes: ['candidateRemoteId', 'name'],
  needs: ['candidateRemoteId', 'name'],
  choices: { candidateRemoteId: { model: 'candidates' } },
  effects: ['Where the organization has no tag of this name, one is made for it.'],
  run: add,
});

export const removeTag = define<'tags.remove'>({
  permission: 'tags.write',
  takes: ['candidateRemoteId', 'name'],
  needs: ['candidateRemoteId', 'name'],
  choices: { candidateRemoteId: { model: 'candidates' } },
  effects: ['The tag leaves this candidate; the organization keeps it.'],
  run: remove,
});

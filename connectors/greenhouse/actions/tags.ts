import { type Action, type ActionContext, ActionRefused } from '#libs/connector-kit';
import type { ActionInputs } from '#libs/model';
import { z } from 'zod';
import { id, ref, text } from '../resources/wire.js';
import { existingCandidate, idOf, numberOf, outcome, search } from './calls.js';

const Tag = z.object({ id, name: text });
const Applied = z.object({ id, candidate_id: ref, candidate_tag_id: ref });

const isSame = (a: string | null, b: string): boolean => a?.trim().toLowerCase() === b.trim().toLowerCase();

function tagByName(context: ActionContext, name: string): Promise<string | null> {
  const list = { path: 'candidate_tags', query: {}, wire: Tag };
  return search(context, list, (tag) => (isSame(tag.name, name) ? tag.id : null));
}

/**
 * A tag is put on by its id: a name is refused, and writing the candidate's list would drop the others. The tag itself is
 * made where the organization has none of that name.
 */
async function add({ candidateRemoteId, name }: ActionInputs['tags.add'], context: ActionContext) {
  const candidate = await existingCandidate(context, candidateRemoteId);
  if (candidate.tags?.some((tag) => isSame(tag, name))) {
    return outcome(null, {}, ['The candidate has this tag already; nothing was sent.']);
  }
  const present = await tagByName(context, name);
  const tag = present ?? (await make(context, name));
  const json = { candidate_id: numberOf(candidateRemoteId, 'candidateRemoteId'), candidate_tag_id: Number(tag) };
  await context.send({ method: 'POST', path: 'applied_candidate_tags', json });
  return outcome(tag, { candidates: [candidateRemoteId], tags: present === null ? [tag] : [] });
}

async function make({ send }: ActionContext, name: string): Promise<string> {
  const { body } = await send({ method: 'POST', path: 'candidate_tags', json: { name } });
  const tag = idOf(body);
  if (tag === null) throw new ActionRefused('Greenhouse made the tag and did not say its id; try again.');
  return tag;
}

async function remove({ candidateRemoteId, name }: ActionInputs['tags.remove'], context: ActionContext) {
  await existingCandidate(context, candidateRemoteId);
  const tag = await tagByName(context, name);
  const list = { path: 'applied_candidate_tags', query: { candidate_ids: candidateRemoteId }, wire: Applied };
  const applied =
    tag === null ? null : await search(context, list, (row) => (row.candidate_tag_id === tag ? row.id : null));
  if (applied === null) return outcome(null, {}, ['The candidate does not have this tag; nothing was sent.']);
  await context.send({ method: 'DELETE', path: `applied_candidate_tags/${applied}` });
  return outcome(null, { candidates: [candidateRemoteId] });
}

export const addTag: Action<'tags.add'> = {
  permission: 'tags.write',
  takes: ['candidateRemoteId', 'name'],
  needs: ['candidateRemoteId', 'name'],
  choices: { candidateRemoteId: { model: 'candidates' } },
  onBehalfOf: 'unused',
  effects: ['Where the organization has no tag of this name, one is made for it.'],
  run: add,
};

export const removeTag: Action<'tags.remove'> = {
  permission: 'tags.write',
  takes: ['candidateRemoteId', 'name'],
  needs: ['candidateRemoteId', 'name'],
  choices: { candidateRemoteId: { model: 'candidates' } },
  onBehalfOf: 'unused',
  effects: ['The tag leaves this candidate; the organization keeps it.'],
  run: remove,
};

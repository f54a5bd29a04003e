import type { Row } from '../data/rows.js';
import { unprocessable } from '../v3/refusal.js';
import { emitCandidate, personOf } from '../webhooks/application-events.js';
import { emitApplication } from '../webhooks/application-events.js';
import { emit, hasWebhook } from '../webhooks/emit.js';
import { type ApplicationFields, actionFor, applicationRows, forget } from './applications.js';
import { type Scene, type Writing, changed, create, newRow, putAll } from './change.js';

const PARTS = [
  'candidate_educations',
  'candidate_employments',
  'applied_candidate_tags',
  'notes',
  'attachments',
] as const;

/** Makes a candidate and, if one is wanted, its application. */
export async function createCandidate(scene: Scene, fields: Record<string, unknown>, application?: ApplicationFields) {
  const { tags, ...others } = fields as { tags?: string[] };
  const candidate = newRow(scene, 'candidates', {
    ...{
      preferred_name: null,
      company: null,
      title: null,
      last_activity_at: scene.now,
      private: false,
      can_email: true,
    },
    ...{ time_zone: null, linked_user_ids: [], phone_numbers: [], addresses: [], email_addresses: [] },
    ...{ website_addresses: [], social_media_addresses: [], custom_fields: {} },
    ...others,
    tags: [...new Set(tags ?? [])],
  });
  const applied = application ? applicationRows(scene, candidate.id, application) : null;
  const writings: Writing[] = [
    ['candidates', candidate],
    ...tagRows(scene, candidate, []),
    ...(applied?.writings ?? []),
  ];
  const isDone = await create(scene, 'candidates', ...writings);
  if (applied) await emitApplication(scene, actionFor(applied.row), applied.row.id);
  return { candidate, application: applied?.row ?? null, isDone };
}

/** Only what is named changes; a list that is named is replaced as a whole. */
export async function updateCandidate(scene: Scene, candidate: Row, fields: Record<string, unknown>): Promise<Row> {
  const row = changed(candidate, scene.now, { ...fields, last_activity_at: scene.now });
  const before = 'tags' in fields ? appliedTags(scene, candidate.id) : null;
  await putAll(scene, ['candidates', row], ...(before ? tagRows(scene, row, before) : []));
  const gone = before?.filter((tag) => !(row.tags as string[]).includes(nameOfTag(scene, tag))) ?? [];
  await Promise.all(gone.map(({ id }) => scene.world.applied_candidate_tags.remove(id)));
  await emitCandidate(scene, 'update_candidate', row.id);
  return row;
}

function appliedTags({ world }: Scene, candidateId: number): Row[] {
  return world.applied_candidate_tags.where('candidate_ids', candidateId);
}

function nameOfTag({ world }: Scene, applied: Row): string {
  return String(world.candidate_tags.get(Number(applied.candidate_tag_id))?.name);
}

/** Tags the candidate has by name, and the dictionary does not; and what joins the two. */
function tagRows(scene: Scene, { id, tags }: Row, before: readonly Row[]): Writing[] {
  const has = new Set(before.map((applied) => nameOfTag(scene, applied)));
  return (tags as string[])
    .filter((name) => !has.has(name))
    .flatMap((name): Writing[] => {
      const known = [...scene.world.candidate_tags.newestFirst()].find((tag) => tag.name === name);
      const tag = known ?? newRow(scene, 'candidate_tags', { name });
      const applied = newRow(scene, 'applied_candidate_tags', { candidate_id: id, candidate_tag_id: tag.id });
      return known
        ? [['applied_candidate_tags', applied]]
        : [
            ['candidate_tags', tag],
            ['applied_candidate_tags', applied],
          ];
    });
}

export async function removeCandidate(scene: Scene, candidate: Row): Promise<void> {
  const { world } = scene;
  const applications = world.applications.where('candidate_ids', candidate.id);
  await Promise.all([
    world.candidates.remove(candidate.id),
    ...applications.map((application) => forget(scene, application)),
    ...PARTS.flatMap((part) =>
      world[part].where('candidate_ids', candidate.id).map(({ id }) => world[part].remove(id)),
    ),
  ]);
  const person = { ...personOf(candidate), deleted_application_ids: applications.map(({ id }) => id) };
  await emit(scene, 'delete_candidate', { person });
}

/** The second one's applications go over to the first; where somebody listens to merges, nobody hears of a deletion. */
export async function mergeCandidates(scene: Scene, survivor: Row, loserId: number): Promise<Row> {
  const { world, now } = scene;
  const loser = world.candidates.get(loserId);
  if (!loser || loserId === survivor.id) throw unprocessable('Secondary candidate not found');
  const moving = ['applications', ...PARTS] as const;
  const writings = moving.flatMap((part) =>
    world[part]
      .where('candidate_ids', loserId)
      .map((row): Writing => [part, changed(row, now, { candidate_id: survivor.id })]),
  );
  const emails = [...(survivor.email_addresses as object[]), ...(loser.email_addresses as object[])];
  const row = changed(survivor, now, { email_addresses: emails, last_activity_at: now });
  await putAll(scene, ...writings, ['candidates', row]);
  await world.candidates.remove(loserId);
  const person = personOf(loser);
  if (hasWebhook(scene, 'merge_candidate')) {
    await emit(scene, 'merge_candidate', { person: { ...person, new_candidate_id: survivor.id } });
  } else {
    await emit(scene, 'delete_candidate', { person: { ...person, deleted_application_ids: [] } });
  }
  return row;
}

/** What becomes of a candidate for each of the fields that can be made nameless here. */
const EMPTIED: Readonly<Record<string, (row: Row) => Record<string, unknown>>> = {
  full_name: ({ id }) => ({ first_name: 'Anonymized', last_name: String(id), preferred_name: null }),
  current_company: () => ({ company: null }),
  current_title: () => ({ title: null }),
  tags: () => ({ tags: [] }),
  phone_numbers: () => ({ phone_numbers: [] }),
  email_addresses: () => ({ email_addresses: [] }),
  social_media_links: () => ({ social_media_addresses: [] }),
  websites: () => ({ website_addresses: [] }),
  addresses: () => ({ addresses: [] }),
  custom_candidate_fields: () => ({ custom_fields: {} }),
};

export async function anonymizeCandidate(scene: Scene, candidate: Row, fields: readonly string[]): Promise<Row> {
  const emptied = Object.assign({}, ...fields.map((field) => EMPTIED[field]?.(candidate) ?? {})) as object;
  const row = changed(candidate, scene.now, { ...emptied, last_activity_at: scene.now });
  await putAll(scene, ['candidates', row]);
  await emit(scene, 'candidate_anonymized', { candidate_id: row.id, anonymized_fields: fields });
  return row;
}

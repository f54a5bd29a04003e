import { z } from 'zod';
import type { ResourceName } from '../../data/company-data.js';
import type { Row } from '../../data/rows.js';
import { type Scene, sceneOf } from '../../operations/change.js';
import { Refusal, noRecord, unprocessable } from '../refusal.js';
import type { WriteCall } from '../write-route.js';

/** What a write works with once its body was read. */
export interface Write<B> extends Scene {
  body: B;
}

/** Reads the body with a closed schema. @throws Refusal 422 naming each key that is wrong or unknown. */
export async function readWrite<S extends z.ZodType>(call: WriteCall, schema: S): Promise<Write<z.output<S>>> {
  const scene = await sceneOf(call.context, call.actor.userId);
  return { ...scene, body: parse(call, schema) };
}

function parse<S extends z.ZodType>({ body, unreadable }: WriteCall, schema: S): z.output<S> {
  if (unreadable !== undefined) throw new Refusal(400, { message: 'Bad Request', errors: [unreadable] });
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw unprocessable(...parsed.error.issues.map(toEntry));
}

function toEntry(issue: z.core.$ZodIssue): string | Record<string, string> {
  const at = issue.path.join('.');
  if (issue.code === 'unrecognized_keys')
    return `Invalid body params: ${issue.keys.map((key) => (at ? `${at}.${key}` : key)).join(', ')}`;
  return { [at || 'body']: issue.message };
}

const SINGULAR: Readonly<Partial<Record<ResourceName, string>>> = {
  candidates: 'Candidate',
  applications: 'Application',
  rejection_details: 'Rejection detail',
  candidate_educations: 'Education',
  candidate_employments: 'Employment',
  candidate_tags: 'Candidate tag',
  applied_candidate_tags: 'Applied candidate tag',
  jobs: 'Job',
  job_posts: 'Job post',
  departments: 'Department',
  users: 'User',
  webhooks: 'Webhook',
};

/** The record of the path, looked for before the body is. @throws Refusal 404 */
export async function recordOf(call: WriteCall, resource: ResourceName): Promise<Row> {
  const { world } = await sceneOf(call.context, call.actor.userId);
  const row = world[resource].get(Number(call.params.id));
  if (!row) throw noRecord(nameOf(resource));
  return row;
}

export function nameOf(resource: ResourceName): string {
  return SINGULAR[resource] ?? resource;
}

/** A record that the body names. @throws Refusal 422 */
export function named({ world }: Scene, resource: ResourceName, id: number): Row {
  const row = world[resource].get(id);
  if (!row) throw unprocessable(`${nameOf(resource)} not found`);
  return row;
}

/** What a deletion says. */
export function deleted({ id, created_at }: Row, resource: ResourceName, now: string) {
  const message = `${nameOf(resource)} ${id} deleted successfully`;
  return { status: 200, body: { id, created_at, updated_at: now, message } };
}

export const id = z.int().positive();
export const date = z.string().refine((value) => /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value)), {
  error: 'is not a date',
});
export const filled = z.string().min(1);

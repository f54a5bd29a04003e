import type { SandboxContext, SandboxRequest, SandboxResponse } from '#libs/connector-kit';
import { worldOf } from '../data/world.js';
import { takePermit } from '../v3/rate-limit.js';
import { Refusal } from '../v3/refusal.js';
import { brokenAnswer } from '../v3/router.js';
import { matchOf } from '../v3/write-route.js';
import { APPLICATION_WRITES } from './application-writes.js';
import { type Body, type OldWrite, candidateOf } from './calls.js';
import { CANDIDATE_WRITES } from './candidate-writes.js';
import { keyOf } from './keys.js';
import { LISTS, listPage, oneRecord } from './lists.js';
import { named } from './people-shapes.js';
import { inOldWords, invalid, noRecord } from './refusal.js';

const ROOT = 'api/v1/';
const WINDOW_SECONDS = 10;

interface Endpoint {
  /** As it is ticked for a key: `GET candidates`. */
  name: string;
  answer(
    params: Readonly<Record<string, string>>,
    request: SandboxRequest,
    context: SandboxContext,
  ): Promise<SandboxResponse>;
}

const READS: Endpoint[] = Object.keys(LISTS).flatMap((path) => [
  { name: `GET ${path}`, answer: (_params, request, context) => listPage(path, request, context) },
  { name: `GET ${path}/:id`, answer: ({ id = '' }, _request, context) => oneRecord(path, id, context) },
]);

const WRITES: Endpoint[] = Object.entries({ ...CANDIDATE_WRITES, ...APPLICATION_WRITES }).map(([name, run]) => ({
  name,
  answer: async (params, request, context) => run(await toWrite(params, request, context)),
}));

const TAGS: Endpoint = {
  name: 'GET candidates/:id/tags',
  async answer(params, _request, context) {
    const write: OldWrite = { world: await worldOf(context), context, userId: 0, params, body: {} };
    const { id } = candidateOf(write);
    const tags = write.world.applied_candidate_tags.where('candidate_ids', id);
    const rows = tags.map(({ candidate_tag_id }) => write.world.candidate_tags.get(Number(candidate_tag_id)));
    return { status: 200, body: rows.flatMap((row) => named(row) ?? []) };
  },
};

const ENDPOINTS = [TAGS, ...READS, ...WRITES];

/** Everything at `api/v1/…`: the same company as v3 shows it, in the old words. */
export async function oldHarvest(request: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> {
  const path = request.path.slice(ROOT.length);
  const broken = await brokenAnswer(path, context);
  if (broken) return broken;
  const key = await keyOf(request, context);
  if (!key) return { status: 401, body: { message: 'Invalid Basic Auth credentials' } };
  const { headers, refusal } = takePermit(context, `v1 ${key.key}`, WINDOW_SECONDS);
  const { 'x-ratelimit-reset': reset, ...limits } = headers;
  // The other two are missing from a 429.
  if (refusal) return { ...refusal.toResponse(), headers: { ...refusal.headers, 'x-ratelimit-reset': reset ?? '' } };
  const reply = await permitted({ path, request, endpoints: key.endpoints }, context);
  return { ...reply, headers: { ...limits, ...reply.headers } };
}

interface Call {
  path: string;
  request: SandboxRequest;
  endpoints: readonly string[] | null;
}

async function permitted({ path, request, endpoints }: Call, context: SandboxContext): Promise<SandboxResponse> {
  try {
    for (const { name, answer } of ENDPOINTS) {
      const [method, pattern] = name.split(' ') as [string, string];
      const params = method === request.method ? matchOf(pattern, path) : null;
      if (!params) continue;
      if (endpoints && !endpoints.includes(name)) throw new Refusal(403, { message: LACKING });
      return await answer(params, request, context);
    }
    throw noRecord();
  } catch (error) {
    if (error instanceof Refusal) return inOldWords(error).toResponse();
    throw error;
  }
}

const LACKING = 'This API key does not have permission for this endpoint';

/** Every write names the user it is done for, by number. */
async function toWrite(
  params: OldWrite['params'],
  { headers, body, unreadable }: SandboxRequest,
  context: SandboxContext,
): Promise<OldWrite> {
  const world = await worldOf(context);
  const asked = headers['on-behalf-of'] ?? '';
  const user = /^\d{1,15}$/.test(asked) ? world.users.get(Number(asked)) : null;
  if (!user || user.deactivated === true) throw invalid('On-Behalf-Of', 'Must be the ID of an active user');
  if (unreadable !== undefined) throw new Refusal(400, { message: unreadable });
  return { world, context, userId: user.id, params, body: (body ?? {}) as Body };
}

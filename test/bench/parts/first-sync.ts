import { setTimeout as pause } from 'node:timers/promises';
import { type Ats, connectAts, startAts, startHubAt, untilSynced } from '../ats.ts';
import { say } from '../bed.ts';
import { cpuSeconds, peakMb } from '../cpu.ts';
import { type Site } from '../hub.ts';
import { type OwnPostgres, startPostgres } from '../postgres.ts';
import { startHelper } from '../processes.ts';
import type { Figure } from '../report.ts';
import { setting } from '../settings.ts';

/** The stand-in has three applications for two candidates. */
const CANDIDATES = setting('BENCH_CANDIDATES', 200_000);
const MODELS = ['candidates', 'applications'];
/** What a sync of these models reads, in its order. */
const LISTS = [
  { path: 'candidate_educations', isPart: true },
  { path: 'candidate_employments', isPart: true },
  { path: 'candidates', isPart: false },
  { path: 'rejection_details', isPart: true },
  { path: 'prospect_details', isPart: true },
  { path: 'applications', isPart: false },
] as const;

const LIMIT = 50;
const WINDOW_MS = 30_000;
const WINDOWS = 3;
const NAME = `first sync of ${CANDIDATES.toLocaleString('en')} candidates and their applications`;

/** The first sync of an integration, as fast as it goes and as fast as the ATS allows. */
export async function benchFirstSync(only?: string): Promise<Figure[]> {
  const postgres = await startPostgres();
  try {
    return [
      ...(only === undefined || only === 'free' ? await unlimited(postgres) : []),
      ...(only === undefined || only === 'limited' ? await limited(postgres) : []),
    ];
  } finally {
    await postgres.stop();
  }
}

async function unlimited(postgres: OwnPostgres): Promise<Figure[]> {
  const ats = await startAts(CANDIDATES, null);
  try {
    const hub = await syncOnce(postgres, ats);
    const floor = await bareLoop(postgres, ats);
    const records = hub.seen.candidates! + hub.seen.applications!;
    if (records !== floor.counts.candidates! + floor.counts.applications!)
      throw new Error('the hub read other records');
    return [
      {
        name: `${NAME}, records/s`,
        value: records / hub.seconds,
        floor: records / floor.seconds,
        unit: '/s',
        aim: 'ratio ≥ 0.4',
      },
      { name: `${NAME}, most memory of the dispatcher`, value: hub.mb, unit: 'MB', aim: '≤ 400 MB' },
    ];
  } finally {
    await ats.stop();
  }
}

async function syncOnce(postgres: OwnPostgres, ats: Ats) {
  const site: Site = { databaseUrl: await postgres.url('hub'), redisUrl: null };
  const api = await startHubAt(ats, site, 'api');
  const id = await connectAts(api.url, ats, MODELS);
  const dispatcher = await startHubAt(ats, site, 'dispatcher');
  const pid = dispatcher.child.pid ?? 0;
  try {
    const pids = { dispatcher: pid, ats: ats.helper.pid, postgres: postgres.pid };
    const before = cpuOf(pids);
    const run = await untilSynced(api.url, id);
    const seconds = (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1_000;
    const seen = Object.fromEntries(run.resources.map(({ resource, counts }) => [resource, counts.seen]));
    say('first sync', null, `${seconds.toFixed(1)} s, ${cpuUsed(before, cpuOf(pids))}, rows ${JSON.stringify(seen)}`);
    return { seconds, seen, mb: peakMb(pid) };
  } finally {
    await Promise.all([api.stop(), dispatcher.stop()]);
    await postgres.drop('hub');
  }
}

async function bareLoop(postgres: OwnPostgres, ats: Ats) {
  const databaseUrl = await postgres.url('floor');
  // Only for its tables.
  const api = await startHubAt(ats, { databaseUrl, redisUrl: null }, 'api');
  await api.stop();
  const floor = await startHelper('ats-floor');
  try {
    const pids = { loop: floor.pid, ats: ats.helper.pid, postgres: postgres.pid };
    const before = cpuOf(pids);
    const job = { url: ats.url, credentials: ats.credentials, databaseUrl, lists: LISTS };
    const read = await floor.ask<{ seconds: number; counts: Record<string, number> }>('read', job);
    say('first sync', null, `floor ${read.seconds.toFixed(1)} s, ${cpuUsed(before, cpuOf(pids))}`);
    return read;
  } finally {
    await floor.stop();
    await postgres.drop('floor');
  }
}

function cpuOf(pids: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuSeconds(pid)]));
}

function cpuUsed(before: Record<string, number>, after: Record<string, number>): string {
  const used = Object.entries(after).map(([name, seconds]) => `${name} ${(seconds - before[name]!).toFixed(1)}`);
  return `CPU s: ${used.join(', ')}`;
}

/** With the limit of Greenhouse: how much of it is used, over whole windows after the first. */
async function limited(postgres: OwnPostgres): Promise<Figure[]> {
  const ats = await startAts(CANDIDATES, LIMIT);
  const site: Site = { databaseUrl: await postgres.url('limited'), redisUrl: null };
  const api = await startHubAt(ats, site, 'api');
  await connectAts(api.url, ats, MODELS);
  const dispatcher = await startHubAt(ats, site, 'dispatcher');
  try {
    await pause(WINDOW_MS - (Date.now() % WINDOW_MS));
    await ats.forget();
    const from = Date.now();
    await pause(WINDOWS * WINDOW_MS);
    const asked = (await ats.asked()).filter(({ at }) => at < from + WINDOWS * WINDOW_MS);
    const taken = asked.filter(({ status }) => status === 200).length;
    const allowed = WINDOWS * LIMIT;
    say('first sync', null, `${asked.length} requests in ${WINDOWS} windows, ${asked.length - taken} refused`);
    return [
      {
        name: `first sync at ${LIMIT} requests per 30 s: answered of what is allowed`,
        value: taken / allowed,
        unit: '',
        aim: '≥ 0.95',
      },
    ];
  } finally {
    await Promise.all([api.stop(), dispatcher.stop()]);
    await ats.stop();
    await postgres.drop('limited');
  }
}

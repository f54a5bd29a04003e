import type { AssessmentResult, Trait } from '#libs/model';

const MAX_ENTRIES = 20;
const MAX_LABEL = 100;
const MAX_TEXT = 1000;

type Metadata = Record<string, string | number>;

/**
 * What recruiters read beside the score: summary, visible traits, times, each a label and a plain value.
 * Greenhouse wants it flat; at most 20 entries, no HTML, no null. `first` comes before everything.
 */
export function readMetadata(result: AssessmentResult | null, first: Record<string, string> = {}): Metadata {
  const head: [string, string][] = Object.entries(first);
  if (result?.summary) head.push(['Summary', result.summary]);
  const times = timesOf(result);
  const traits = (result?.traits ?? []).filter(({ visible }) => visible).map(toEntry);
  const room = MAX_ENTRIES - head.length - times.length;
  return toRecord([...head, ...traits.filter(([, value]) => value !== '').slice(0, room), ...times]);
}

function toEntry({ name, score, maxScore, comment }: Trait): [string, string | number] {
  if (score === null) return [name, comment ?? ''];
  const figure = maxScore === null ? score : `${score} / ${maxScore}`;
  return [name, comment ? `${figure}: ${comment}` : figure];
}

function timesOf(result: AssessmentResult | null): [string, string][] {
  const times: [string, string][] = [];
  if (result?.startedAt) times.push(['Started at', readable(result.startedAt)]);
  if (result?.completedAt) times.push(['Completed at', readable(result.completedAt)]);
  return times;
}

function toRecord(entries: [string, string | number][]): Metadata {
  const record = new Map<string, string | number>();
  for (const [name, value] of entries) {
    const plain = typeof value === 'string' ? shorten(withoutMarkup(value), MAX_TEXT) : value;
    if (plain !== '') record.set(freeLabel(shorten(withoutMarkup(name), MAX_LABEL) || 'Detail', record), plain);
  }
  return Object.fromEntries(record);
}

function freeLabel(label: string, taken: ReadonlyMap<string, unknown>): string {
  let free = label;
  for (let n = 2; taken.has(free); n++) free = `${label} (${n})`;
  return free;
}

/** Drops tags until none is left, so that nothing can be assembled from the remains; `a < b` stays. */
function withoutMarkup(value: string): string {
  let before: string;
  let plain = value;
  do {
    before = plain;
    plain = plain.replace(/<\/?[a-z!][^<>]*>/gi, ' ');
  } while (plain !== before);
  return plain.replace(/\s+/g, ' ').trim();
}

function shorten(value: string, max: number): string {
  // Not through the middle of a surrogate pair.
  return value.length <= max ? value : `${value.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** 2026-03-02T09:14:00.000Z → 2026-03-02 09:14 UTC */
function readable(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

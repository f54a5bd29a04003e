import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionName } from '#libs/model';
import type { ApiFailure, ParsedWebhook, TokenReply } from '../src/index.js';

/** One call as it went over the wire. The query is compared as text; `json` is left out where there was no body. */
export interface Exchange {
  request: { method: string; path: string; query?: Record<string, string>; json?: unknown };
  reply: RecordedReply;
}

export interface RecordedReply {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A list, from its first page to its last. `resource` is the model, or the name of the part. */
export interface ListFixture {
  kind: 'list';
  version: string;
  resource: string;
  exchanges: Exchange[];
  expected: { records: unknown[]; unreadable: string[] };
}

/** Answers and what they mean; null where all is well. */
export interface RepliesFixture {
  kind: 'replies';
  version: string;
  replies: Record<string, RecordedReply>;
  expected: Record<string, ApiFailure | null>;
}

/** Answers of the token endpoint. */
export interface TokensFixture {
  kind: 'tokens';
  /** The id of a way to connect. */
  connect: string;
  /** When the answers came. */
  now: string;
  replies: Record<string, RecordedReply>;
  expected: Record<string, { token: TokenReply } | { isFinal: boolean }>;
}

export interface WebhooksFixture {
  kind: 'webhooks';
  secret: string;
  /** When they came, for ATSs that sign a time. */
  now: string;
  webhooks: Record<string, { headers: Record<string, string>; body: string }>;
  expected: Record<string, { deliveryId: string | null; parsed: ParsedWebhook | null }>;
}

export interface ActionsFixture {
  kind: 'actions';
  version: string;
  runs: Record<string, { action: ActionName; input: unknown; onBehalfOf?: string; exchanges: Exchange[] }>;
  /** The outcome, or the sentence and the field of a refusal. */
  expected: Record<string, unknown>;
}

export type Fixture = ListFixture | RepliesFixture | TokensFixture | WebhooksFixture | ActionsFixture;

/** The recorded traffic of a connector: each `fixtures/<name>.http.json` with what is made of it in `<name>.expected.json`. */
export function readFixtures(folder: string): Fixture[] {
  const fixtures = join(folder, 'fixtures');
  return readdirSync(fixtures)
    .filter((file) => file.endsWith('.http.json'))
    .toSorted()
    .map((file) => {
      const recorded = readJson(join(fixtures, file)) as Omit<Fixture, 'expected'>;
      const expected = readJson(join(fixtures, file.replace('.http.json', '.expected.json')));
      return { ...recorded, expected } as Fixture;
    });
}

/** Those of one kind. */
export function ofKind<K extends Fixture['kind']>(
  fixtures: readonly Fixture[],
  kind: K,
): Extract<Fixture, { kind: K }>[] {
  return fixtures.filter((fixture): fixture is Extract<Fixture, { kind: K }> => fixture.kind === kind);
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

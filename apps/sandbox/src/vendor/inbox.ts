import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Webhook } from 'svix';
import { SetupStates } from '../hub/setup-state.js';
import type { ReceivedEvent } from '../page-state.js';
import { Changes } from '../store/changes.js';
import { SandboxDocuments } from '../store/sandbox-documents.js';

const OWNER = '_vendor';
const KEPT = 50;
const KEPT_RECORDS = 10;
/** Anybody may send what nobody can verify: little of it is kept. */
const KEPT_UNVERIFIED = 10;
const MAX_UNVERIFIED_BYTES = 10_000;

/** A webhook request: its exact bytes and its headers. */
export interface Incoming {
  bytes: Buffer;
  headers: Readonly<Record<string, string>>;
}

/** What the demo vendor received, verified with the public `svix` package like any subscriber would. */
@Injectable()
export class Inbox {
  /** Events about records of the ATS: thousands at the first sync, so that only the last are kept, and only here. */
  private readonly records: ReceivedEvent[] = [];

  constructor(
    private readonly documents: SandboxDocuments,
    private readonly states: SetupStates,
    private readonly changes: Changes,
  ) {}

  /** Keeps the event; one that came before is only counted, because the hub delivers at least once. */
  async receive({ bytes, headers }: Incoming): Promise<ReceivedEvent> {
    const verified = this.verify(bytes, headers);
    const body = parse(bytes);
    const event: ReceivedEvent = {
      // Who cannot sign must not be able to take the place of an event that will come.
      id: verified ? (headers['webhook-id'] ?? '') : `unverified-${randomUUID()}`,
      receivedAt: new Date().toISOString(),
      verified,
      copies: 1,
      type: text(body.eventType) ?? 'unknown',
      recordId: text(body.recordId),
      body: verified || bytes.length <= MAX_UNVERIFIED_BYTES ? body : {},
    };
    if (verified && !isAboutAssessment(body)) return this.remember(event);
    await this.store(event);
    await this.documents.keepNewest(OWNER, collectionOf(event), verified ? KEPT : KEPT_UNVERIFIED);
    return event;
  }

  async newestFirst(): Promise<ReceivedEvent[]> {
    const store = this.documents.of(OWNER);
    const lists = await Promise.all(COLLECTIONS.map((collection) => store.list<ReceivedEvent>(collection)));
    return [...this.records, ...lists.flat()].toSorted((a, b) => b.receivedAt.localeCompare(a.receivedAt));
  }

  private remember(event: ReceivedEvent): ReceivedEvent {
    const first = this.records.find(({ id }) => id === event.id);
    if (first) first.copies += 1;
    else this.records.unshift(event);
    this.records.splice(KEPT_RECORDS);
    this.changes.note();
    return event;
  }

  private async store(event: ReceivedEvent): Promise<void> {
    const store = this.documents.of(OWNER);
    const collection = collectionOf(event);
    if (await store.insert(collection, event.id, event)) return;
    const first = await store.get<ReceivedEvent>(collection, event.id);
    if (first) await store.put(collection, event.id, { ...first, copies: first.copies + 1 });
  }

  private verify(bytes: Buffer, headers: Readonly<Record<string, string>>): boolean {
    const { endpoint } = this.states.current();
    if (!endpoint) return false;
    try {
      new Webhook(endpoint.secret).verify(bytes.toString('utf8'), { ...headers });
      return true;
    } catch {
      return false;
    }
  }
}

/** Whether a body tells of an ordered test. */
export function isAboutAssessment(body: unknown): boolean {
  const { eventData } = (body ?? {}) as { eventData?: { candidateAssessment?: unknown } };
  return eventData?.candidateAssessment !== undefined;
}

const COLLECTIONS = ['events', 'unverified'];

function collectionOf({ verified }: ReceivedEvent): string {
  return verified ? 'events' : 'unverified';
}

function parse(bytes: Buffer): Record<string, unknown> {
  const value: unknown = JSON.parse(bytes.toString('utf8'));
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, 255) : null;
}

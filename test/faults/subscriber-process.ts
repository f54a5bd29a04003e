import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from './random.ts';
import type { Behaviour, Request, Wish } from './subscriber.ts';

/**
 * The program of the subscriber: a process of its own, so that nothing the driver does slows it down. Told over its
 * channel how to behave, and asked there for what it received.
 */
const [seed = '0', latencyMs = '20'] = process.argv.slice(2);
const random = new Random(Number(seed), 'subscriber');
/** What the hub reads of a reply; who sent that much has told it the status. */
const READ_BYTES = 16 * 1024;
const received: Request[] = [];
let behaviours: Behaviour[] = [];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('error', () => {});
  response.on('error', () => {});
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const entry = toEntry(request, Buffer.concat(chunks));
    received.push(entry);
    const behaviour = choose();
    void ANSWERS[behaviour?.kind ?? 'fine'](response, entry, behaviour?.ms ?? 0);
  });
}).listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
server.keepAliveTimeout = 60_000;

process.on('message', (wish: Wish) => {
  if (wish.behave) behaviours = wish.behave;
  const now = Date.now();
  process.send?.({
    answerTo: wish.number,
    requests: wish.all ? received : [],
    inFlight: received.filter(({ end }) => end === 'open').length,
    justAnswered: received.filter(({ doneAt }) => doneAt !== null && doneAt > now - 50).length,
  });
});
process.on('disconnect', () => process.exit());

function toEntry(request: IncomingMessage, body: Buffer): Request {
  const text = body.toString('utf8');
  return {
    id: String(request.headers['webhook-id']),
    endpoint: request.url ?? '',
    hash: createHash('sha256').update(body).digest('base64'),
    recordId: /"recordId":"([^"]+)"/.exec(text)?.[1] ?? '',
    email: /imani\.([\w-]+)@/.exec(text)?.[1] ?? '',
    at: Date.now(),
    doneAt: null,
    end: 'open',
  };
}

function choose(): Behaviour | undefined {
  let drawn = random.next();
  return behaviours.find(({ share }) => (drawn -= share) < 0);
}

type Answer = (response: ServerResponse, entry: Request, ms: number) => Promise<void> | void;

const ANSWERS: Record<Behaviour['kind'] | 'fine', Answer> = {
  fine: (response, entry) => reply(response, entry, { status: 200, ms: random.between(0, Number(latencyMs)) }),
  slow: (response, entry, ms) => reply(response, entry, { status: 200, ms }),
  error: (response, entry) => reply(response, entry, { status: 500, ms: 0 }),
  hang: (response, entry) => void response.once('close', () => close(entry, 'none')),
  reset: (response, entry) => {
    response.socket?.resetAndDestroy();
    close(entry, 'none');
  },
  half: (response, entry) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 1_000 });
    response.write('half of it');
    response.once('close', () => close(entry, 'cut'));
    if (random.next() < 0.8) setTimeout(() => response.socket?.destroy(), 20);
  },
  endless: async (response, entry) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    const drips = random.next() < 0.1;
    const chunk = Buffer.alloc(drips ? 10 : 4_096, 'x');
    let sent = 0;
    response.once('close', () => close(entry, sent >= READ_BYTES ? 'full' : 'cut'));
    while (!response.destroyed) {
      response.write(chunk);
      sent += chunk.length;
      await pause(drips ? 200 : 5);
    }
  },
  garbage: (response, entry) => {
    response.socket?.end('\x16\x03\x01 220 this is not HTTP\r\n\r\n\0\0\0');
    close(entry, 'none');
  },
};

async function reply(response: ServerResponse, entry: Request, { status, ms }: { status: number; ms: number }) {
  response.once('close', () => close(entry, 'none'));
  response.once('finish', () => close(entry, status < 300 ? 'full' : 'refused'));
  await pause(ms);
  if (!response.destroyed) response.writeHead(status).end();
}

/** Only the first end counts. */
function close(entry: Request, end: Request['end']): void {
  if (entry.end !== 'open') return;
  entry.end = end;
  entry.doneAt = Date.now();
}

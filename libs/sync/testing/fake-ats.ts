import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Row {
  id: number;
  updated_at: string;
  [field: string]: unknown;
}

/** What a test has the ATS answer instead; undefined: as usual. */
export interface OddAnswer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

interface Cursor {
  after: number;
  filters: Record<string, string>;
}

/**
 * An ATS with lists of rows on a port of its own: pages by an opaque cursor in the Link header, filters by moment (`since`),
 * ids and parents, and an API for webhooks.
 */
export class FakeAts {
  readonly lists = new Map<string, Map<number, Row>>();
  readonly requests: URL[] = [];
  readonly webhooks = new Map<number, Row>();
  pageSize = 3;
  /** Looks at each request first; may wait. */
  odd: (url: URL, method: string) => Promise<OddAnswer | undefined> | OddAnswer | undefined = () => undefined;
  private readonly server: Server;
  private lastId = 1_000;

  constructor() {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this.origin;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Adds or changes a row; it was updated now. */
  put(list: string, row: { id: number } & Record<string, unknown>): Row {
    const rows = this.lists.get(list) ?? new Map<number, Row>();
    const full: Row = { ...rows.get(row.id), updated_at: new Date().toISOString(), ...row };
    this.lists.set(list, rows.set(row.id, full));
    return full;
  }

  remove(list: string, id: number): void {
    this.lists.get(list)?.delete(id);
  }

  /** How often each list was asked for since the last time. */
  countRequests(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { pathname } of this.requests.splice(0)) {
      const list = pathname.replace('/v1/', '');
      counts[list] = (counts[list] ?? 0) + 1;
    }
    return counts;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.origin);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.requests.push(url);
    const answer = (await this.odd(url, request.method ?? '')) ?? this.answer(url, request.method ?? '', chunks);
    const isFile = Buffer.isBuffer(answer.body);
    response.writeHead(answer.status, { ...(isFile ? {} : { 'content-type': 'application/json' }), ...answer.headers });
    response.end(isFile ? answer.body : JSON.stringify(answer.body));
  }

  private answer(url: URL, method: string, chunks: Buffer[]): OddAnswer {
    if (url.pathname.startsWith('/files/')) return { status: 200, body: Buffer.from('%PDF-1.7 a résumé') };
    const list = url.pathname.replace('/v1/', '');
    const query = Object.fromEntries(url.searchParams);
    if (list.startsWith('webhooks')) return this.answerWebhooks(list, method, { chunks, query });
    return this.pageOf(list, this.lists.get(list) ?? new Map(), query);
  }

  private pageOf(list: string, all: ReadonlyMap<number, Row>, query: Record<string, string>): OddAnswer {
    const { after, filters }: Cursor = query.cursor
      ? (JSON.parse(Buffer.from(query.cursor, 'base64url').toString()) as Cursor)
      : { after: 0, filters: query };
    const rows = [...all.values()]
      .filter((row) => row.id > after && matches(row, filters))
      .toSorted((a, b) => a.id - b.id);
    const shown = rows.slice(0, this.pageSize);
    const cursor = Buffer.from(JSON.stringify({ after: shown.at(-1)?.id, filters })).toString('base64url');
    const link = `<${this.origin}/v1/${list}?cursor=${cursor}>; rel="next"`;
    return { status: 200, body: shown, headers: rows.length > shown.length ? { link } : {} };
  }

  private answerWebhooks(
    path: string,
    method: string,
    { chunks, query }: { chunks: Buffer[]; query: Record<string, string> },
  ): OddAnswer {
    const id = Number(path.split('/')[1]);
    if (method === 'GET') return this.pageOf('webhooks', this.webhooks, query);
    if (method === 'DELETE') return { status: this.webhooks.delete(id) ? 200 : 404, body: {} };
    const row = { id: ++this.lastId, updated_at: '', ...(JSON.parse(Buffer.concat(chunks).toString()) as object) };
    this.webhooks.set(row.id, row);
    return { status: 201, body: row };
  }
}

function matches(row: Row, filters: Record<string, string>): boolean {
  const among = (ids: string | undefined, value: unknown) =>
    ids === undefined || ids.split(',').includes(String(value));
  if (filters.since !== undefined && row.updated_at < filters.since) return false;
  return among(filters.ids, row.id) && among(filters.candidate_ids, row.candidate_id);
}

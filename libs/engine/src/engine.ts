import { Injectable } from '@nestjs/common';
import type { ApiReply, ApiRequest, Listing, NextPage, Query } from '#libs/connector-kit';
import type { Access, RawReply, RawRequest, SendOptions } from './access.js';
import { type Answer, type Call, Caller } from './caller.js';
import { badReply, judge, toError, UpstreamFailure } from './failures.js';
import { NamesOfIds } from './names-of-ids.js';
import { below, followed, targetOf } from './http/target.js';

const TIMEOUT_MS = 30_000;
const MOST_JSON_BYTES = 32 * 1_048_576;
const RAW_TIMEOUT_MS = 60_000;
const MOST_RAW_BYTES = 50 * 1_048_576;

/** One page of a list. */
export interface ReadPage {
  rows: unknown[];
  /** null after the last page. */
  next: NextPage | null;
}

/** Calls the APIs of ATSs on behalf of connections. */
@Injectable()
export class Engine {
  private readonly names = new NamesOfIds();

  constructor(private readonly caller: Caller) {}

  /** Resolves to a 2xx reply. @throws HubError provider_… with an {@link UpstreamFailure} as its cause; what ends the signal. */
  async send(access: Access, request: ApiRequest, options?: SendOptions): Promise<ApiReply> {
    return this.sendTo(access, targetOf(access, request.path, request.query), request, options);
  }

  /**
   * Reads one page; `at` is null for the first, which `query` is added to. Names that the ATS keeps in another list are in
   * its rows.
   * @throws HubError as {@link send}; provider_bad_reply for what is no page, or a next page on another host.
   */
  // eslint-disable-next-line no-restricted-syntax -- the last two are optional, and an object would hide what a page is
  async readPage(
    access: Access,
    listing: Listing,
    at: NextPage | null,
    query?: Query,
    options?: SendOptions,
  ): Promise<ReadPage> {
    const first = { ...listing.query, ...listing.pages.first, ...query };
    const asked = at === null ? first : 'query' in at ? at.query : null;
    const url = at && 'url' in at ? this.nextUrl(access, listing, at.url) : targetOf(access, listing.path, asked ?? {});
    const reply = await this.sendTo(access, url, { method: 'GET', path: listing.path }, options);
    const rows = listing.pages.rows(reply.body);
    if (rows === null) throw toError(badReply(reply.status, 'This is not a page of the list.'));
    const next = listing.pages.next(reply, { query: asked, rows: rows.length });
    return {
      rows: await this.named(access, listing, rows, options),
      next: next && this.checked(access, next, { url, status: reply.status }),
    };
  }

  /** Hands a call on and gives the answer back as it is, whatever its status. @throws HubError where there is none. */
  async exchange(access: Access, request: RawRequest, options?: SendOptions): Promise<RawReply> {
    const { status, headers, body } = await this.caller.call(
      {
        access,
        method: request.method,
        url: below(access, request.target),
        headers: request.headers,
        body: request.body,
        isRepeatable: request.method === 'GET',
        timeoutMs: RAW_TIMEOUT_MS,
        mostBytes: MOST_RAW_BYTES,
        judge: (answer, retryAfterMs) => judgeRaw(access, answer, retryAfterMs),
        takesAny: true,
      },
      options,
    );
    return { status, headers, body };
  }

  private async sendTo(access: Access, url: URL, request: ApiRequest, options?: SendOptions): Promise<ApiReply> {
    let reply: ApiReply | undefined;
    const call: Call = {
      access,
      method: request.method,
      url,
      ...bodyOf(request),
      isRepeatable: request.isRepeatable ?? request.method === 'GET',
      timeoutMs: TIMEOUT_MS,
      mostBytes: MOST_JSON_BYTES,
      judge: (answer, retryAfterMs) => {
        const { body, isReadable } = parsed(answer);
        reply = { status: answer.status, headers: answer.headers, body };
        const failure = judge(reply, access.version.failure, retryAfterMs);
        return failure ?? (isReadable ? null : badReply(answer.status, 'This is not JSON.'));
      },
    };
    await this.caller.call(call, options);
    return reply!;
  }

  private named(
    access: Access,
    listing: Listing,
    rows: unknown[],
    options: SendOptions | undefined,
  ): Promise<unknown[]> | unknown[] {
    if (!listing.names || rows.length === 0) return rows;
    return this.names.resolve(access, listing, rows, (list, at, query) =>
      this.readPage(access, list, at, query, options),
    );
  }

  private nextUrl(access: Access, listing: Listing, given: string): URL {
    const url = followed(access, given, targetOf(access, listing.path));
    if (url === null) throw toError(badReply(200, 'The next page is not on the host of this connection.'));
    return url;
  }

  /** A page that is its own next one would be read for ever. */
  private checked(access: Access, next: NextPage, { url, status }: { url: URL; status: number }): NextPage {
    if ('query' in next) return next;
    const target = followed(access, next.url, url);
    if (target === null) throw toError(badReply(status, 'The next page is not on the host of this connection.'));
    if (target.href === url.href) throw toError(badReply(status, 'The next page is the same page again.'));
    return { url: target.href };
  }
}

function bodyOf({ json, form, headers = {} }: ApiRequest): Pick<Call, 'headers' | 'body'> {
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const accept = { accept: 'application/json' };
  if (json !== undefined)
    return { headers: { ...accept, 'content-type': 'application/json', ...own }, body: JSON.stringify(json) };
  if (form !== undefined) {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return { headers: { ...accept, ...type, ...own }, body: new URLSearchParams(form).toString() };
  }
  return { headers: { ...accept, ...own }, body: null };
}

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

function parsed({ headers, body }: Answer): { body: unknown; isReadable: boolean } {
  if (body.length === 0 || !JSON_TYPE.test(headers['content-type'] ?? '')) return { body: undefined, isReadable: true };
  try {
    return { body: JSON.parse(body.toString('utf8')) as unknown, isReadable: true };
  } catch {
    return { body: undefined, isReadable: false };
  }
}

/** Only what the engine itself acts on; everything else is for the caller to judge. */
function judgeRaw(access: Access, answer: Answer, retryAfterMs: number | null): UpstreamFailure | null {
  const { status, headers } = answer;
  const isForbidden = () =>
    access.version.failure?.({ status, headers, body: parsed(answer).body })?.kind === 'forbidden';
  // Some say so of a permission that is missing; the credentials are good.
  if (status === 401 && isForbidden()) return null;
  if (status === 401) return new UpstreamFailure('unauthorized', status, null, [], null);
  if (status === 429) return new UpstreamFailure('rate_limited', status, null, [], retryAfterMs);
  return status >= 500 ? new UpstreamFailure('unavailable', status, null, [], retryAfterMs) : null;
}

import { Injectable } from '@nestjs/common';
import {
  type DeliveryKind,
  type DueWork,
  type Outcome,
  type Prepared,
  type Reply,
  type Settled,
  TargetPolicy,
} from '#libs/delivery';
import type { Queryable } from '#libs/store';
import type { FileToFetch } from '../file-to-fetch.js';
import { FilesRepository } from '../files.repository.js';
import { FileStore } from '../store/file-store.js';
import { keepFile, REFUSALS } from './incoming-file.js';
import { LinkSources, type OrderedFile } from './link-sources.js';

const USER_AGENT = 'Atsume-Files/1';
/** What a server says to a link that is over. */
const DEAD_LINK: ReadonlySet<number> = new Set([400, 401, 403, 404, 410]);
const FINAL_ERRORS: ReadonlySet<string> = new Set([...REFUSALS, 'unsafe_target', 'invalid_request']);

/** Fetches files that ATSs give links to, before the links die. */
@Injectable()
export class FileFetchKind implements DeliveryKind {
  readonly kind = 'FILE_FETCH';

  constructor(
    private readonly files: FilesRepository,
    private readonly store: FileStore,
    private readonly targets: TargetPolicy,
    private readonly links: LinkSources,
  ) {}

  async prepare(work: DueWork): Promise<Prepared> {
    const order = readOrder(work);
    const { fileId, name } = order;
    const file = await this.files.find(work.accountId, fileId);
    if (file?.state !== 'PENDING') return { refuse: { error: 'not_wanted' } };
    const url = order.renewals ? await this.links.freshLink(orderedBy(work)) : order.url;
    if (url === null) return { refuse: { error: 'link_expired' } };
    const address = URL.parse(url);
    if (!address || address.username !== '' || address.password !== '') return { refuse: { error: 'invalid_request' } };
    return {
      send: {
        method: 'GET',
        url,
        headers: { 'user-agent': USER_AGENT, accept: '*/*', 'accept-encoding': 'identity' },
        body: null,
        trusted: this.targets.isOwnSandbox(url),
        sink: async ({ status, headers, body }) => {
          if (status < 200 || status > 299) return;
          const kept = await keepFile(this.store, {
            id: fileId,
            url,
            headers,
            body,
            ...(name === undefined ? {} : { name }),
          });
          await this.files.saveStored(work.accountId, fileId, kept);
        },
      },
    };
  }

  judge({ status, error, retryAfterMs }: Reply): Outcome {
    if (error !== null) return FINAL_ERRORS.has(error) ? 'final' : 'retry';
    if (status === null || status >= 500) return 'retry';
    if (status === 429) return retryAfterMs === null ? 'retry' : 'wait';
    return status >= 200 && status < 300 ? 'done' : 'final';
  }

  /** The links of one ATS lead to many hosts; one that is down must not hold up the others. */
  feedsBreaker(): boolean {
    return false;
  }

  needsSettling({ isLast, outcome }: Settled): boolean {
    return isLast && outcome !== 'done';
  }

  /** A link that died before the file was fetched is replaced, where anybody knows how. */
  async settle(tx: Queryable, settled: Settled[]): Promise<string[]> {
    const toRing: string[] = [];
    for (const attempt of settled) {
      if (!this.needsSettling(attempt)) continue;
      const { error, status } = attempt.reply;
      const file = orderedBy(attempt.work);
      const isDead = error === null && DEAD_LINK.has(status ?? 0);
      const ringing = isDead ? await this.links.renew(tx, file) : null;
      if (ringing) toRing.push(...ringing);
      else await this.files.saveFailed(tx, file.accountId, file.order.fileId, error ?? `http_${status}`);
    }
    return toRing;
  }
}

function orderedBy(work: DueWork): OrderedFile {
  return { accountId: work.accountId, integrationId: work.integrationId, order: readOrder(work) };
}

function readOrder({ payload }: DueWork): FileToFetch {
  return JSON.parse(payload.toString('utf8')) as FileToFetch;
}

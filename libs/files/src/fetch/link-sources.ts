import { Injectable } from '@nestjs/common';
import type { Queryable } from '#libs/store';
import type { FileToFetch } from '../file-to-fetch.js';

/** A file that is being fetched, and for whom. */
export interface OrderedFile {
  accountId: string;
  integrationId: string | null;
  order: FileToFetch;
}

/** Knows where links to some files come from, and can ask for others. */
export interface LinkSource {
  /**
   * Orders a file anew whose link was dead, in the transaction that notes it, with `order.renewals` counted up. The ids of the
   * endpoints to ring; null when the file is none of its own.
   */
  renew(tx: Queryable, file: OrderedFile): Promise<string[] | null>;
  /** A fresh link to such a file; null when there is none any more. @throws while it cannot be told. */
  freshLink(file: OrderedFile): Promise<string | null>;
}

/** Where links come from anew, registered once at start. */
@Injectable()
export class LinkSources {
  private readonly sources: LinkSource[] = [];

  add(source: LinkSource): void {
    this.sources.push(source);
  }

  /** The endpoints to ring when some source ordered the file anew, else null. */
  async renew(tx: Queryable, file: OrderedFile): Promise<string[] | null> {
    for (const source of this.sources) {
      const ringing = await source.renew(tx, file);
      if (ringing) return ringing;
    }
    return null;
  }

  async freshLink(file: OrderedFile): Promise<string | null> {
    for (const source of this.sources) {
      const link = await source.freshLink(file);
      if (link !== null) return link;
    }
    return null;
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Connections } from '#libs/connections';
import { HubError } from '#libs/errors';
import { type LinkSource, LinkSources, type OrderedFile } from '#libs/files';
import { RecordRefresh } from '#libs/records';
import { Database, type Queryable, type Statement } from '#libs/store';
import { AttachmentFiles } from './attachment-files.js';

/** How often an attachment is read again for the sake of its file. */
const MOST_RENEWALS = 3;

const FIND: Statement = {
  name: 'attachment_links_find',
  text: `
    SELECT r.remote_id AS "remoteId", r.data #>> '{file,url}' AS url FROM attachment_files a
    JOIN records r ON r.id = a.record_id AND r.account_id = a.account_id
    WHERE a.file_id = $3 AND a.account_id = $1 AND a.integration_id = $2 AND r.deleted_at IS NULL`,
};

/** What says that there will be no other link: the attachment, or the way to it, is gone. */
const OVER: ReadonlySet<string> = new Set([
  'capability_unsupported',
  'integration_not_connected',
  'needs_relink',
  'provider_forbidden',
  'provider_not_found',
  'provider_rejected',
]);

interface LinkedAttachment {
  remoteId: string;
  url: string | null;
}

/** Reads an attachment again when the link to its file was dead before it was fetched: the ATS signs a new one each time. */
@Injectable()
export class AttachmentLinks implements LinkSource, OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly connections: Connections,
    private readonly refresh: RecordRefresh,
    private readonly files: AttachmentFiles,
    private readonly sources: LinkSources,
  ) {}

  onModuleInit(): void {
    this.sources.add(this);
  }

  async renew(tx: Queryable, file: OrderedFile): Promise<string[] | null> {
    const { order } = file;
    const renewals = (order.renewals ?? 0) + 1;
    if (renewals > MOST_RENEWALS || !(await this.find(tx, file))) return null;
    return this.files.order(tx, file, { ...order, renewals });
  }

  async freshLink(file: OrderedFile): Promise<string | null> {
    const attachment = await this.find(this.database, file);
    if (!attachment || file.integrationId === null) return null;
    try {
      const access = await this.connections.access(file.accountId, file.integrationId);
      const { missing } = await this.refresh.read(access, 'attachments', [attachment.remoteId], 'webhook');
      if (missing.length > 0) return null;
    } catch (error) {
      if (error instanceof HubError && OVER.has(error.code)) return null;
      throw error;
    }
    // If its content is another one by now, that has a file of its own.
    return (await this.find(this.database, file))?.url ?? null;
  }

  private async find(
    on: Queryable,
    { accountId, integrationId, order }: OrderedFile,
  ): Promise<LinkedAttachment | null> {
    const [found] = await on.query<LinkedAttachment>(FIND, [accountId, integrationId, order.fileId]);
    return found ?? null;
  }
}

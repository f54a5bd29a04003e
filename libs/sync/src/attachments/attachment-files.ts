import { Injectable } from '@nestjs/common';
import { EventsService } from '#libs/events';
import { FILE_FETCH_EVENT, type FileToFetch } from '#libs/files';
import { fileEndpointId, newId } from '#libs/model';
import type { RecordChange, RecordScope } from '#libs/records';
import type { Queryable } from '#libs/store';

/** Which attachments the hub fetches before their links die. */
export const DOWNLOADS = ['RESUME', 'ALL', 'NONE'] as const;
export type Downloads = (typeof DOWNLOADS)[number];

const SETTING = {
  name: 'attachment_files_setting',
  text: `SELECT download_files AS downloads FROM sync_settings WHERE account_id = $1 AND integration_id = $2`,
};

const INSERT = {
  name: 'attachment_files_insert',
  text: `
    WITH d AS MATERIALIZED (
      SELECT * FROM unnest($3::text[], $4::text[], $5::text[]) AS d (record_id, file_id, name)
    ), f AS (
      INSERT INTO files (id, account_id, integration_id, state, name) SELECT file_id, $1, $2, 'PENDING', name FROM d
    )
    INSERT INTO attachment_files (record_id, account_id, integration_id, file_id) SELECT record_id, $1, $2, file_id FROM d
    ON CONFLICT (record_id) DO UPDATE SET file_id = excluded.file_id, created_at = now()`,
};

interface WantedFile {
  recordId: string;
  fileId: string;
  name: string | null;
  url: string;
}

/** Gives attachments a file of the hub's own: the ATS's links to them die within days. */
@Injectable()
export class AttachmentFiles {
  constructor(private readonly events: EventsService) {}

  /**
   * Asks for the files of attachments that are new or have another content, in the transaction that stores them. The ids of
   * the endpoints to ring.
   */
  async request(tx: Queryable, scope: RecordScope, changes: readonly RecordChange[]): Promise<string[]> {
    const attachments = changes.filter(({ model, kind }) => model === 'attachments' && kind !== 'deleted');
    if (attachments.length === 0) return [];
    const [setting] = await tx.query<{ downloads: Downloads }>(SETTING, [scope.accountId, scope.integrationId]);
    const downloads = setting?.downloads ?? 'RESUME';
    const wanted = attachments.flatMap((change) => wantedFile(change, downloads));
    if (wanted.length === 0) return [];
    await this.fetchAll(tx, scope, wanted);
    return [fileEndpointId(scope.integrationId)];
  }

  /** Asks for a file that has its row already. The ids of the endpoints to ring. */
  async order(
    tx: Queryable,
    { accountId, integrationId }: { accountId: string; integrationId: string | null },
    order: FileToFetch,
  ): Promise<string[]> {
    if (integrationId === null) return [];
    await this.events.appendInternal(tx, draftOf({ accountId, integrationId }, order));
    return [fileEndpointId(integrationId)];
  }

  private async fetchAll(tx: Queryable, scope: RecordScope, files: readonly WantedFile[]): Promise<void> {
    const { accountId, integrationId } = scope;
    const columns = [
      files.map(({ recordId }) => recordId),
      files.map(({ fileId }) => fileId),
      files.map(({ name }) => name),
    ];
    await tx.query(INSERT, [accountId, integrationId, ...columns]);
    const orders = files.map(({ fileId, url, name }) => ({ fileId, url, ...(name === null ? {} : { name }) }));
    await this.events.appendInternalAll(
      tx,
      orders.map((order) => draftOf(scope, order)),
    );
  }
}

function draftOf({ accountId, integrationId }: RecordScope, order: FileToFetch) {
  return {
    accountId,
    integrationId,
    subjectId: order.fileId,
    endpointId: fileEndpointId(integrationId),
    type: FILE_FETCH_EVENT,
    payload: JSON.stringify(order),
  };
}

/** What says that an attachment has another content; a person who renames a note beside it has not changed the file. */
const CONTENT = ['file', 'type'];

function wantedFile({ kind, id, changes, record }: RecordChange, downloads: Downloads): WantedFile[] {
  if (kind === 'modified' && !CONTENT.some((field) => field in changes)) return [];
  const type = (record.type as { value?: string } | null)?.value;
  if (downloads === 'NONE' || (downloads === 'RESUME' && type !== 'RESUME')) return [];
  const file = record.file as { filename?: unknown; url?: unknown } | null;
  if (typeof file?.url !== 'string' || file.url === '') return [];
  return [
    {
      recordId: id,
      fileId: newId('file'),
      url: file.url,
      name: typeof file.filename === 'string' ? file.filename : null,
    },
  ];
}

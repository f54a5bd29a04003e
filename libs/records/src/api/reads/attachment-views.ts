import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '#libs/config';
import { Database, type Statement } from '#libs/store';
import type { RecordScope, StoredRecord } from '../../store/record-change.js';

/** The file of an attachment as the API shows it. */
export interface FileView {
  id: string | null;
  filename: string | null;
  url: string | null;
  contentType: string | null;
  sizeBytes: number | null;
  status: string;
  error: string | null;
}

interface FileRow {
  recordId: string;
  id: string;
  state: string;
  name: string | null;
  contentType: string | null;
  sizeBytes: string | null;
  error: string | null;
}

const FIND: Statement = {
  name: 'record_attachment_files',
  text: `
    SELECT a.record_id AS "recordId", f.id, f.state, f.name, f.content_type AS "contentType", f.size_bytes::text AS "sizeBytes",
      f.error
    FROM attachment_files a JOIN files f ON f.id = a.file_id AND f.account_id = a.account_id
    WHERE a.account_id = $1 AND a.integration_id = $2 AND a.record_id = ANY ($3)`,
};

/** What became of the files of attachments: links of the hub's own in the place of the ATS's, which die. */
@Injectable()
export class AttachmentViews {
  private readonly filesUrl: string;

  constructor(
    private readonly database: Database,
    @Inject(CONFIG) { publicUrl }: Pick<Config, 'publicUrl'>,
  ) {
    this.filesUrl = `${publicUrl}/v1/files`;
  }

  /** By the ids of the attachments. */
  async find(
    { accountId, integrationId }: RecordScope,
    attachments: readonly StoredRecord[],
  ): Promise<Map<string, FileView>> {
    if (attachments.length === 0) return new Map();
    const ids = attachments.map(({ id }) => id);
    const rows = await this.database.query<FileRow>(FIND, [accountId, integrationId, ids]);
    const files = new Map(rows.map((row) => [row.recordId, row]));
    return new Map(attachments.map((attachment) => [attachment.id, this.toView(attachment, files.get(attachment.id))]));
  }

  private toView({ data }: StoredRecord, file: FileRow | undefined): FileView {
    const remote = (data.file ?? {}) as { filename?: string; contentType?: string | null };
    return {
      id: file?.id ?? null,
      filename: remote.filename ?? file?.name ?? null,
      url: file ? `${this.filesUrl}/${file.id}` : null,
      contentType: file?.contentType ?? remote.contentType ?? null,
      sizeBytes: file?.sizeBytes == null ? null : Number(file.sizeBytes),
      status: file?.state ?? 'NOT_FETCHED',
      error: file?.error ?? null,
    };
  }
}

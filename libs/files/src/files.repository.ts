import { Injectable } from '@nestjs/common';
import { Database, type Queryable } from '#libs/store';
import type { KeptFile } from './fetch/incoming-file.js';

export type FileState = 'PENDING' | 'STORED' | 'FAILED';

export interface FileRow {
  id: string;
  state: FileState;
  name: string | null;
  contentType: string | null;
  /** As text: the column is 64 bits wide. */
  sizeBytes: string | null;
  error: string | null;
}

/** The statements on `files`; every one names the account. `stored_at` is when it was clear what became of the file. */
@Injectable()
export class FilesRepository {
  constructor(private readonly database: Database) {}

  async find(accountId: string, id: string): Promise<FileRow | null> {
    const [row] = await this.database.query<FileRow>(
      `SELECT id, state, name, content_type AS "contentType", size_bytes AS "sizeBytes", error FROM files
       WHERE account_id = $1 AND id = $2`,
      [accountId, id],
    );
    return row ?? null;
  }

  async saveStored(accountId: string, id: string, kept: KeptFile): Promise<void> {
    await this.database.query(
      `UPDATE files SET state = 'STORED', name = $3, content_type = $4, size_bytes = $5, sha256 = $6, error = NULL,
         stored_at = now()
       WHERE account_id = $1 AND id = $2`,
      [accountId, id, kept.name, kept.contentType, kept.sizeBytes, kept.sha256],
    );
  }

  async saveFailed(tx: Queryable, accountId: string, id: string, error: string): Promise<void> {
    await tx.query(
      `UPDATE files SET state = 'FAILED', error = $3, stored_at = now()
       WHERE account_id = $1 AND id = $2 AND state = 'PENDING'`,
      [accountId, id, error],
    );
  }
}

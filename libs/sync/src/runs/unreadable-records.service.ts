import { Injectable } from '@nestjs/common';
import { IntegrationsService } from '#libs/integrations';
import type { ModelName, Page } from '#libs/model';
import { Database, decodeCursor, encodeCursor } from '#libs/store';
import type { UnreadableRecordDto } from './unreadable-records.dto.js';

interface Row {
  model: ModelName;
  part: string;
  rowKey: string;
  remoteId: string | null;
  reason: string;
  firstAt: Date;
  lastAt: Date;
  count: number;
}

const PAGE = `
  SELECT model, part, row_key AS "rowKey", remote_id AS "remoteId", reason, first_at AS "firstAt", last_at AS "lastAt", count
  FROM unreadable_records
  WHERE account_id = $1 AND integration_id = $2 AND ($3::text IS NULL OR (model, part, row_key) > ($3, $4, $5))
  ORDER BY model, part, row_key LIMIT $6`;

/** What was put aside, for the people who run the integration. */
@Injectable()
export class UnreadableRecordsService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsService,
  ) {}

  async list(
    accountId: string,
    integrationId: string,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<Page<UnreadableRecordDto>> {
    const after = decodeCursor(cursor, 3) ?? [null, null, null];
    await this.integrations.get(accountId, integrationId);
    const rows = await this.database.query<Row>(PAGE, [accountId, integrationId, ...after, limit + 1]);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const data = shown.map(({ rowKey: _, part, firstAt, lastAt, ...row }) => ({
      ...row,
      part: part === '' ? null : part,
      firstAt: firstAt.toISOString(),
      lastAt: lastAt.toISOString(),
    }));
    return { data, nextCursor: rows.length > limit && last ? encodeCursor(last.model, last.part, last.rowKey) : null };
  }
}

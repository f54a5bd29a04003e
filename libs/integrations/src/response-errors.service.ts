import { Injectable } from '@nestjs/common';
import type { Page } from '#libs/model';
import { Database, decodeCursor, encodeCursor } from '#libs/store';
import { IntegrationsService } from './integrations.service.js';
import type { ResponseErrorDto } from './response-errors.dto.js';

type Row = Omit<ResponseErrorDto, 'at'> & { at: Date };

// The body they came in stays out: it names the candidate.
const PAGE = `
  SELECT id, at, call, errors, assessment_id AS "assessmentId" FROM partner_reports
  WHERE account_id = $1 AND integration_id = $2 AND ($3::text IS NULL OR id < $3)
  ORDER BY id DESC LIMIT $4`;

/** What ATSs complained about, for the people who run the integration. */
@Injectable()
export class ResponseErrorsService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsService,
  ) {}

  /** Newest first. @throws HubError not_found for an integration the account does not have. */
  async list(
    accountId: string,
    integrationId: string,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<Page<ResponseErrorDto>> {
    const [before] = decodeCursor(cursor, 1) ?? [];
    await this.integrations.get(accountId, integrationId);
    const rows = await this.database.query<Row>(PAGE, [accountId, integrationId, before ?? null, limit + 1]);
    const data = rows.slice(0, limit).map((row) => ({ ...row, at: row.at.toISOString() }));
    return { data, nextCursor: rows.length > limit ? encodeCursor(data.at(-1)!.id) : null };
  }
}

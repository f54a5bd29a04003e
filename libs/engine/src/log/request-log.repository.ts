import { Injectable } from '@nestjs/common';
import { ID_PREFIX, toBase62 } from '#libs/model';
import { Database } from '#libs/store';

/** One row of the request log. */
export interface LoggedRequest {
  id: string;
  at: Date;
  method: string;
  path: string;
  status: number | null;
  ms: number;
  failure: string | null;
  error: string | null;
  requestId: string | null;
  retries: number;
}

/** Which rows, newest first. */
export interface LoggedRequestsFilter {
  /** 2 for 2xx and so on, 0 for those without an answer; null for all. */
  statusClass: number | null;
  since: Date | null;
  /** The id of the last row of the page before. */
  before: string | null;
  limit: number;
}

const PAGE = {
  name: 'request_log_page',
  text: `
    SELECT id, at, method, path, status, ms, failure, error, request_id AS "requestId", retries FROM request_log
    WHERE account_id = $1 AND integration_id = $2 AND ($3::text IS NULL OR id < $3)
      AND ($4::integer IS NULL OR coalesce(status / 100, 0) = $4) AND ($5::text IS NULL OR id >= $5)
    ORDER BY id DESC LIMIT $6`,
};

/** Reads what was asked of an integration's ATS. */
@Injectable()
export class RequestLogRepository {
  constructor(private readonly database: Database) {}

  findPage(
    accountId: string,
    integrationId: string,
    { statusClass, since, before, limit }: LoggedRequestsFilter,
  ): Promise<LoggedRequest[]> {
    const from = since && firstIdOf(since);
    return this.database.query<LoggedRequest>(PAGE, [accountId, integrationId, before, statusClass, from, limit]);
  }
}

/** Ids are made in the order of time: see `newId`. */
function firstIdOf(moment: Date): string {
  return ID_PREFIX.outboundCall + toBase62(BigInt(Math.max(0, moment.getTime())) << 80n, 22);
}

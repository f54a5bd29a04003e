import { Injectable } from '@nestjs/common';
import { RequestLogRepository } from '#libs/engine';
import { IntegrationsService } from '#libs/integrations';
import type { Page } from '#libs/model';
import { decodeCursor, encodeCursor } from '#libs/store';
import type { ListRequestsDto, OutboundRequestDto, StatusClass } from './requests.dto.js';

/** What was asked of the ATSs of integrations. */
@Injectable()
export class RequestsService {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly log: RequestLogRepository,
  ) {}

  /** Newest first. @throws HubError not_found for an integration the account does not have. */
  async list(
    accountId: string,
    integrationId: string,
    { limit, cursor, status, since }: ListRequestsDto,
  ): Promise<Page<OutboundRequestDto>> {
    const [before] = decodeCursor(cursor, 1) ?? [];
    await this.integrations.get(accountId, integrationId);
    const rows = await this.log.findPage(accountId, integrationId, {
      statusClass: status === undefined ? null : classNumber(status),
      since: since === undefined ? null : new Date(since),
      before: before ?? null,
      limit: limit + 1,
    });
    const data = rows.slice(0, limit).map((row) => ({ ...row, at: row.at.toISOString() }));
    return { data, nextCursor: rows.length > limit ? encodeCursor(data.at(-1)!.id) : null };
  }
}

function classNumber(status: StatusClass): number {
  return status === 'none' ? 0 : Number(status[0]);
}

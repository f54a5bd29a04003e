import { Injectable } from '@nestjs/common';
import { HubError } from '#libs/errors';
import { isRecordId, type Page } from '#libs/model';
import { decodeCursor, encodeCursor } from '#libs/store';
import type { TransitionDto } from './transitions.dto.js';
import { Transitions } from './transitions.js';

/** The history of applications, as clients read it. */
@Injectable()
export class TransitionsService {
  constructor(private readonly transitions: Transitions) {}

  /** Newest first. @throws HubError not_found for an application the account does not have. */
  async list(
    accountId: string,
    applicationId: string,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<Page<TransitionDto>> {
    const [before] = decodeCursor(cursor, 1) ?? [];
    const isThere =
      isRecordId('applications', applicationId) && (await this.transitions.hasApplication(accountId, applicationId));
    if (!isThere) throw new HubError('not_found');
    const rows = await this.transitions.findPage(accountId, applicationId, {
      before: before ?? null,
      limit: limit + 1,
    });
    const data = rows.slice(0, limit).map(({ occurredAt, detectedAt, ...row }) => ({
      ...row,
      applicationId,
      occurredAt: occurredAt?.toISOString() ?? null,
      detectedAt: detectedAt.toISOString(),
    }));
    return { data, nextCursor: rows.length > limit ? encodeCursor(data.at(-1)!.id) : null };
  }
}

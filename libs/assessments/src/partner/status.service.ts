import { Injectable } from '@nestjs/common';
import type { StatusView } from '#libs/connector-kit';
import type { PartnerIdentity } from '#libs/integrations';
import { isId } from '#libs/model';
import { type AssessmentRow, toResult, toSource } from '../assessment-row.js';
import { AssessmentsRepository } from '../assessments.repository.js';
import { toRecord } from '../record.js';
import { isClosed } from '../state-machine.js';
import { WritebackRepository } from '../callback/writeback.repository.js';

/** Answers an ATS's question how an order stands, from our own store: the vendor may be down. */
@Injectable()
export class StatusService {
  constructor(
    private readonly assessments: AssessmentsRepository,
    private readonly writeback: WritebackRepository,
  ) {}

  /** Null for an unknown id or another integration's. Serving a final result notes that the ATS has fetched it. */
  async read(identity: PartnerIdentity, id: string | null): Promise<StatusView | null> {
    const row = await this.find(identity, id);
    if (!row) return null;
    const isFinal = row.status === 'COMPLETED' || (isClosed(row.status) && identity.reportClosed);
    if (isFinal && row.resultVersion > 0 && row.writebackState !== 'FETCHED') await this.writeback.markFetched(row);
    return toView(row, identity);
  }

  /** As {@link read}, for our own answers: nothing is noted. */
  async view(identity: PartnerIdentity, id: string): Promise<StatusView | null> {
    const row = await this.find(identity, id);
    return row && toView(row, identity);
  }

  private async find({ accountId, integrationId }: PartnerIdentity, id: string | null): Promise<AssessmentRow | null> {
    if (id === null || !isId('assessment', id)) return null;
    return this.assessments.findForStatus(accountId, integrationId, id);
  }
}

function toView(row: AssessmentRow, { reportClosed }: PartnerIdentity): StatusView {
  return { assessment: toRecord(toSource(row)), result: row.result && toResult(row.result), reportClosed };
}

import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '#libs/config';
import { HubError } from '#libs/errors';
import { isId, type Page } from '#libs/model';
import { decodeCursor, encodeCursor } from '#libs/store';
import { AssessmentsRepository } from '../assessments.repository.js';
import { ChangesService } from '../changes/changes.service.js';
import {
  type AssessmentDetailView,
  type AssessmentSummaryView,
  toDetailView,
  toSummaryView,
} from './assessment-views.js';
import type { ListAssessmentsDto, ReportDto } from './assessments.dto.js';
import { toReport } from './report.js';

/** An assessment as a client names it; with `integrationId` only if it is that integration's. */
export interface NamedAssessment {
  accountId: string;
  id: string;
  integrationId: string | null;
}

/** Assessments as the vendor sees them. */
@Injectable()
export class AssessmentsService {
  private readonly filesUrl: string;

  constructor(
    private readonly assessments: AssessmentsRepository,
    private readonly changes: ChangesService,
    @Inject(CONFIG) { publicUrl }: Config,
  ) {
    this.filesUrl = `${publicUrl}/v1/files`;
  }

  /** Newest first. An integration named in the header narrows the list as the filter does. */
  async list(
    accountId: string,
    integrationId: string | null,
    { limit, cursor, ...filter }: ListAssessmentsDto,
  ): Promise<Page<AssessmentSummaryView>> {
    const [before] = decodeCursor(cursor, 1) ?? [];
    const wanted = filter.integrationId ?? integrationId ?? undefined;
    if (integrationId !== null && wanted !== integrationId) return { data: [], nextCursor: null };
    const page = { before: before ?? null, limit: limit + 1 };
    const rows = await this.assessments.findPage(accountId, { ...filter, integrationId: wanted }, page);
    const data = rows.slice(0, limit).map(toSummaryView);
    return { data, nextCursor: rows.length > limit ? encodeCursor(data.at(-1)!.id) : null };
  }

  async get({ accountId, id, integrationId }: NamedAssessment): Promise<AssessmentDetailView> {
    const row = isId('assessment', id) ? await this.assessments.findDetail(accountId, id, integrationId) : null;
    if (!row) throw new HubError('not_found');
    return toDetailView(row, this.filesUrl);
  }

  async report(named: NamedAssessment, given: ReportDto): Promise<AssessmentDetailView> {
    refuseNoId(named);
    await this.changes.report({ ...named, by: 'vendor' }, toReport(given));
    return this.get(named);
  }

  async reset(named: NamedAssessment): Promise<AssessmentDetailView> {
    refuseNoId(named);
    await this.changes.reset({ ...named, by: 'vendor' });
    return this.get(named);
  }
}

function refuseNoId({ id }: NamedAssessment): void {
  if (!isId('assessment', id)) throw new HubError('not_found');
}

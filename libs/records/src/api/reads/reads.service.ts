import { Injectable } from '@nestjs/common';
import { HubError } from '#libs/errors';
import { isRecordId, type ModelName, recordId } from '#libs/model';
import type { RecordScope } from '../../store/record-change.js';
import { RecordReader } from '../../store/record-reader.js';
import type { RecordView } from '../../store/record-view.js';
import { Coverages, type FieldCoverage } from './coverage.js';
import { entriesOf, readShape } from './includes.js';
import { type ListQuery, supportedQuery } from './list-filters.js';
import type { ListFilter } from './list-statement.js';
import { ReadableModels } from './readable-model.js';
import { RecordLists } from './record-lists.js';
import { RecordPresenter } from './record-presenter.js';

export interface RecordsReply {
  data: RecordView[];
  nextCursor: string | null;
  coverage?: FieldCoverage;
}

const MOST_IDS = 100;

/** The records of integrations, as clients read them: out of the mirror, whatever the ATS does meanwhile. */
@Injectable()
export class ReadsService {
  constructor(
    private readonly models: ReadableModels,
    private readonly lists: RecordLists,
    private readonly reader: RecordReader,
    private readonly presenter: RecordPresenter,
    private readonly coverages: Coverages,
  ) {}

  /** @throws HubError integration_not_connected, capability_unsupported, invalid_input, bad_cursor. */
  async list(scope: RecordScope, model: ModelName, asked: ListQuery): Promise<RecordsReply> {
    const query = supportedQuery(model, asked);
    const shape = readShape(model, query);
    const readable = await this.models.open(scope, model);
    const filter = await this.filterOf(scope, model, query);
    const { records, nextCursor } = await this.lists.page(scope, model, filter, {
      cursor: query.cursor,
      limit: query.limit,
      withRaw: shape.includes.has('remoteData'),
    });
    const data = await this.presenter.present(readable, records, shape);
    if (!shape.includes.has('coverage')) return { data, nextCursor };
    return { data, nextCursor, coverage: await this.coverages.of(readable) };
  }

  /** A deleted record is still shown, marked as such. @throws HubError not_found, and as {@link list}. */
  async get(
    scope: RecordScope,
    model: ModelName,
    id: string,
    asked: { expand?: string; include?: string },
  ): Promise<RecordView> {
    const shape = readShape(model, asked);
    const readable = await this.models.open(scope, model);
    const records = isRecordId(model, id) ? await this.reader.find(scope, [id]) : [];
    const [view] = await this.presenter.present(readable, records, shape);
    if (!view) throw new HubError('not_found');
    return {
      ...view,
      ...(view.deletedAt === null ? {} : await this.mergedInto(scope, model, id)),
      ...(shape.includes.has('coverage') ? { coverage: await this.coverages.of(readable) } : {}),
    };
  }

  private async mergedInto(scope: RecordScope, model: ModelName, id: string): Promise<object> {
    const remoteId = await this.reader.findMergedInto(scope, model, id);
    return remoteId === null ? {} : { mergedInto: { id: recordId(scope.integrationId, model, remoteId), remoteId } };
  }

  private async filterOf(scope: RecordScope, model: ModelName, query: ListQuery): Promise<ListFilter> {
    const { candidateId, applicationId, jobId, status, email, isProspect, remoteCreatedAfter, updatedAfter } = query;
    const ids = entriesOf('ids', query.ids, MOST_IDS);
    const remoteIds = entriesOf('remoteIds', query.remoteIds, MOST_IDS);
    const byRemoteId = remoteIds?.map((remoteId) => recordId(scope.integrationId, model, remoteId));
    const wanted = [ids, byRemoteId].filter((list) => list != null);
    return {
      ...(wanted[0] === undefined ? {} : { ids: wanted[0] }),
      ...(wanted[1] === undefined ? {} : { alsoIds: wanted[1] }),
      ...given({ candidateId, applicationId, jobId, status, isProspect, remoteCreatedAfter, updatedAfter }),
      ...given({ email: email?.toLowerCase(), stageRemoteId: await this.stageOf(scope, query.stageId) }),
      includeDeleted: query.includeDeleted ?? false,
    };
  }

  /** The ATS's id of a stage, which is what records name it by; the hub has nothing of one it never saw. */
  private async stageOf(scope: RecordScope, stageId: string | undefined): Promise<string | undefined> {
    if (stageId === undefined) return undefined;
    const found = isRecordId('job-stages', stageId) ? await this.reader.find(scope, [stageId]) : [];
    return found[0]?.remoteId ?? '';
  }
}

function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

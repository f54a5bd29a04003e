import { Injectable } from '@nestjs/common';
import { Database } from '#libs/store';
import type { StoredRecord } from '../../store/record-change.js';
import { RecordReader } from '../../store/record-reader.js';
import { type RecordView, toRecordView } from '../../store/record-view.js';
import { MappedFields } from '../../mappings/mapped-fields.js';
import { AttachmentViews } from './attachment-views.js';
import { Expansion } from './expansion.js';
import type { Shape } from './includes.js';
import type { ReadableModel } from './readable-model.js';

/** Makes of stored records what clients see. */
@Injectable()
export class RecordPresenter {
  constructor(
    private readonly reader: RecordReader,
    private readonly attachments: AttachmentViews,
    private readonly expansion: Expansion,
    private readonly mappedFields: MappedFields,
    private readonly database: Database,
  ) {}

  async present(
    { scope, model, connection }: ReadableModel,
    records: readonly StoredRecord[],
    { refs, includes }: Shape,
  ): Promise<RecordView[]> {
    const provider = connection.connector.slug;
    const mappings = await this.mappedFields.of(this.database, scope, model);
    const needsRaw = records.length > 0 && (includes.has('remoteData') || mappings.length > 0);
    const ids = records.map(({ id }) => id);
    const [files, expanded, raw] = await Promise.all([
      this.attachments.find(scope, model === 'attachments' ? records : []),
      this.expansion.of(scope, records, { model, refs, provider }),
      needsRaw ? this.reader.findRaw(scope, ids) : new Map<string, unknown>(),
    ]);
    const views: RecordView[] = [];
    for (const [at, record] of records.entries()) {
      const file = files.get(record.id);
      views.push({
        ...toRecordView(record, provider),
        ...(file === undefined ? {} : { file }),
        mappedFields: await this.mappedFields.evaluate(mappings, raw.get(record.id)),
        ...(refs.length === 0 ? {} : { expanded: expanded[at] }),
        ...(includes.has('remoteData') ? { remoteData: raw.get(record.id) ?? null } : {}),
      });
    }
    return views;
  }
}

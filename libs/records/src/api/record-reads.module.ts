import { Module } from '@nestjs/common';
import { ConnectionStoreModule } from '#libs/connections';
import { ConnectorsModule } from '#libs/connectors';
import { IntegrationsModule } from '#libs/integrations';
import { FieldMappingsController } from '../mappings/field-mappings.controller.js';
import { FieldMappingsRepository } from '../mappings/field-mappings.repository.js';
import { FieldMappingsService } from '../mappings/field-mappings.service.js';
import { WritablePaths } from '../mappings/writable-paths.js';
import { RecordStoreModule } from '../records.module.js';
import { AttachmentViews } from './reads/attachment-views.js';
import { Coverages } from './reads/coverage.js';
import { Expansion } from './reads/expansion.js';
import { ReadableModels } from './reads/readable-model.js';
import { ReadsService } from './reads/reads.service.js';
import { RecordLists } from './reads/record-lists.js';
import { RecordPresenter } from './reads/record-presenter.js';
import { RECORD_CONTROLLERS } from './reads/records.controller.js';

/** The unified reads and field mappings over HTTP. */
@Module({
  imports: [ConnectorsModule, ConnectionStoreModule, IntegrationsModule, RecordStoreModule],
  controllers: [...RECORD_CONTROLLERS, FieldMappingsController],
  providers: [
    AttachmentViews,
    Coverages,
    Expansion,
    FieldMappingsRepository,
    FieldMappingsService,
    ReadableModels,
    ReadsService,
    RecordLists,
    RecordPresenter,
    WritablePaths,
  ],
  exports: [ReadsService],
})
export class RecordReadsModule {}

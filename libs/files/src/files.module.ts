import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '#libs/config';
import { TargetPolicy } from '#libs/delivery';
import { FilesController } from './api/files.controller.js';
import { FilesService } from './api/files.service.js';
import { FileFetchKind } from './fetch/file-fetch.kind.js';
import { LinkSources } from './fetch/link-sources.js';
import { FilesRepository } from './files.repository.js';
import { FileStore } from './store/file-store.js';
import { LeftoverSweep } from './store/leftover-sweep.js';
import { LocalFileStore } from './store/local-file-store.js';
import { S3FileStore } from './store/s3-file-store.js';

/** The store the configuration names. */
@Module({
  providers: [
    FilesRepository,
    {
      provide: FileStore,
      useFactory: ({ files, dataDir }: Config) =>
        files.kind === 's3' ? S3FileStore.open(files) : new LocalFileStore(join(dataDir, 'files')),
      inject: [CONFIG],
    },
  ],
  exports: [FileStore, FilesRepository],
})
export class FileStoreModule {}

/** Handing files out. */
@Module({
  imports: [FileStoreModule],
  controllers: [FilesController],
  providers: [FilesService],
})
export class FilesModule {}

/** What the dispatcher needs to fetch files. */
@Module({
  imports: [FileStoreModule],
  providers: [FileFetchKind, LinkSources, TargetPolicy, LeftoverSweep],
  exports: [FileFetchKind, LinkSources],
})
export class FileKindModule {}

import { Module } from '@nestjs/common';
import { FileKindModule } from '#libs/files';
import { SyncStoreModule } from '../sync-store.module.js';
import { AttachmentLinks } from './attachment-links.js';

/** Fresh links for whoever fetches the files of attachments. */
@Module({
  imports: [FileKindModule, SyncStoreModule],
  providers: [AttachmentLinks],
})
export class AttachmentLinksModule {}

import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { HubError } from '#libs/errors';
import { isId } from '#libs/model';
import { FilesRepository } from '../files.repository.js';
import { FileStore } from '../store/file-store.js';

export interface OpenFile {
  name: string;
  contentType: string;
  sizeBytes: number;
  content: Readable;
}

/** Files as the API hands them out. */
@Injectable()
export class FilesService {
  constructor(
    private readonly files: FilesRepository,
    private readonly store: FileStore,
  ) {}

  /** @throws HubError conflict while it is still being fetched, not_found when there is none or none could be fetched. */
  async open(accountId: string, id: string): Promise<OpenFile> {
    const file = isId('file', id) ? await this.files.find(accountId, id) : null;
    if (!file) throw new HubError('not_found');
    if (file.state === 'PENDING') throw new HubError('conflict', { detail: 'The file is still being fetched.' });
    if (file.state === 'FAILED') {
      throw new HubError('not_found', { detail: `The file could not be fetched: ${file.error ?? 'unknown'}.` });
    }
    const content = await this.store.read(id);
    if (!content) throw new HubError('not_found', { detail: 'The file is gone from the store.' });
    return {
      name: file.name ?? 'file',
      contentType: file.contentType ?? 'application/octet-stream',
      sizeBytes: Number(file.sizeBytes),
      content,
    };
  }
}

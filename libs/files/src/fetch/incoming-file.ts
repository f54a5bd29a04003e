import { createHash } from 'node:crypto';
import type { FileStore } from '../store/file-store.js';
import { fileNameOf } from './file-name.js';
import { detectFileType, HEAD_BYTES } from './file-type.js';

/** Largest file that is kept, in bytes. */
export const MAX_FILE_BYTES = 25 * 1024 * 1024;

export const REFUSALS = ['file_too_large', 'file_empty', 'file_type_not_allowed'] as const;
export type Refusal = (typeof REFUSALS)[number];

/** A file that came and is not kept; `code` is what the file's row and the attempt show. */
export class FileRefusedError extends Error {
  constructor(readonly code: Refusal) {
    super(code);
    this.name = 'FileRefusedError';
  }
}

export interface IncomingFile {
  id: string;
  url: string;
  /** What it is called, if that is known. */
  name?: string;
  headers: Readonly<Record<string, string>>;
  body: AsyncIterable<Buffer>;
}

export interface KeptFile {
  name: string;
  contentType: string;
  sizeBytes: number;
  sha256: string;
}

/**
 * Streams a file into the store, while looking at size and type; at most its head is in memory.
 * @throws FileRefusedError; then, or when the stream breaks, nothing is kept.
 */
export async function keepFile(store: FileStore, file: IncomingFile): Promise<KeptFile> {
  const { id, headers, body } = file;
  const chunks = body[Symbol.asyncIterator]();
  try {
    const head = await readHead(chunks);
    if (head.length === 0) throw new FileRefusedError('file_empty');
    const type = detectFileType(head);
    if (!type) throw new FileRefusedError('file_type_not_allowed');
    if (Number(headers['content-length']) > MAX_FILE_BYTES) throw new FileRefusedError('file_too_large');
    const hash = createHash('sha256');
    let sizeBytes = 0;
    await store.write(
      id,
      watched(head, chunks, (chunk) => {
        sizeBytes += chunk.length;
        if (sizeBytes > MAX_FILE_BYTES) throw new FileRefusedError('file_too_large');
        hash.update(chunk);
      }),
    );
    const name = fileNameOf(file, type);
    return { name, contentType: type.contentType, sizeBytes, sha256: hash.digest('hex') };
  } finally {
    // Ends the connection where the file was not read to its end.
    await chunks.return?.();
  }
}

async function readHead(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  while (size < HEAD_BYTES) {
    const chunk = await nextOf(chunks);
    if (chunk === null) break;
    parts.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(parts);
}

async function* watched(
  head: Buffer,
  rest: AsyncIterator<Buffer>,
  look: (chunk: Buffer) => void,
): AsyncGenerator<Buffer> {
  for (let chunk: Buffer | null = head; chunk !== null; chunk = await nextOf(rest)) {
    look(chunk);
    yield chunk;
  }
}

async function nextOf(chunks: AsyncIterator<Buffer>): Promise<Buffer | null> {
  const next = await chunks.next();
  return next.done ? null : next.value;
}

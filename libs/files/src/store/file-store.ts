import type { Readable } from 'node:stream';

/** Where the bytes of files are kept, by the file's id. Every implementation runs `describeFileStore`. */
export abstract class FileStore {
  /**
   * Keeps a file, whole or not at all; an earlier one of that id is replaced. An error of `content` is thrown on and
   * leaves nothing behind.
   */
  abstract write(id: string, content: AsyncIterable<Buffer>): Promise<void>;

  /** The file's bytes, or null when there is none. */
  abstract read(id: string): Promise<Readable | null>;

  /** Forgets a file; nothing happens when there is none. */
  abstract remove(id: string): Promise<void>;
}

const ID = /^[A-Za-z0-9_]{8,64}$/;

/** The name a file has in a store: spread over 62² folders by the end of its id, which is random. @throws Error for no id. */
export function storeKey(id: string): string {
  if (!ID.test(id)) throw new Error('not the id of a file');
  return `${id.slice(-2)}/${id.slice(-4, -2)}/${id}`;
}

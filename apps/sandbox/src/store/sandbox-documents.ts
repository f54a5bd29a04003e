import { Injectable } from '@nestjs/common';
import type { SandboxStore } from '#libs/connector-kit';
import { Cipher, Database } from '#libs/store';
import { Changes } from './changes.js';

/** What the sandbox remembers: JSON documents by owner (a stand-in's slug, or a word of ours that begins with `_`). */
@Injectable()
export class SandboxDocuments {
  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
    private readonly changes: Changes,
  ) {}

  /** The part of one owner. */
  of(owner: string): SandboxStore {
    return {
      get: <T>(collection: string, id: string) => this.get<T>(owner, collection, id),
      list: <T>(collection: string) => this.list<T>(owner, collection),
      put: (collection, id, document) => this.put(owner, collection, id, document),
      insert: (collection, id, document) => this.insert(owner, collection, id, document),
    };
  }

  /** As `get` of a store, for what was written by {@link putSecret}. */
  async getSecret<T>(owner: string, collection: string, id: string): Promise<T | null> {
    const sealed = await this.get<{ data: string; keyId: string }>(owner, collection, id);
    if (!sealed) return null;
    const text = this.cipher.open({ data: Buffer.from(sealed.data, 'base64'), keyId: sealed.keyId });
    return JSON.parse(text) as T;
  }

  /** Keeps a document encrypted. */
  async putSecret(owner: string, collection: string, id: string, document: unknown): Promise<void> {
    const { data, keyId } = this.cipher.seal(JSON.stringify(document));
    await this.put(owner, collection, id, { data: data.toString('base64'), keyId });
  }

  /** Forgets all of a collection but the `count` documents with the highest ids. */
  async keepNewest(owner: string, collection: string, count: number): Promise<void> {
    await this.database.query(
      `DELETE FROM sandbox_documents WHERE connector = $1 AND collection = $2 AND id COLLATE "C" <= (
         SELECT id COLLATE "C" FROM sandbox_documents WHERE connector = $1 AND collection = $2
         ORDER BY id COLLATE "C" DESC OFFSET $3 LIMIT 1)`,
      [owner, collection, count],
    );
  }

  private async get<T>(owner: string, collection: string, id: string): Promise<T | null> {
    const [row] = await this.database.query<{ document: T }>(
      'SELECT document FROM sandbox_documents WHERE connector = $1 AND collection = $2 AND id = $3',
      [owner, collection, id],
    );
    return row?.document ?? null;
  }

  private async list<T>(owner: string, collection: string): Promise<T[]> {
    const rows = await this.database.query<{ document: T }>(
      'SELECT document FROM sandbox_documents WHERE connector = $1 AND collection = $2 ORDER BY id COLLATE "C"',
      [owner, collection],
    );
    return rows.map(({ document }) => document);
  }

  private async put(owner: string, collection: string, id: string, document: unknown): Promise<void> {
    await this.database.query(
      `INSERT INTO sandbox_documents (connector, collection, id, document) VALUES ($1, $2, $3, $4)
       ON CONFLICT (connector, collection, id) DO UPDATE SET document = excluded.document, updated_at = now()`,
      [owner, collection, id, JSON.stringify(document)],
    );
    this.changes.note();
  }

  private async insert(owner: string, collection: string, id: string, document: unknown): Promise<boolean> {
    const rows = await this.database.query(
      `INSERT INTO sandbox_documents (connector, collection, id, document) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING RETURNING id`,
      [owner, collection, id, JSON.stringify(document)],
    );
    if (rows.length > 0) this.changes.note();
    return rows.length > 0;
  }
}

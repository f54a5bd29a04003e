import type { SandboxStore } from '#libs/connector-kit';

/** Keeps a stand-in's documents as long as the test lives. */
export class MemorySandboxStore implements SandboxStore {
  private readonly collections = new Map<string, Map<string, unknown>>();

  get<T>(collection: string, id: string): Promise<T | null> {
    return Promise.resolve((structuredClone(this.of(collection).get(id)) as T | undefined) ?? null);
  }

  list<T>(collection: string): Promise<T[]> {
    const entries = [...this.of(collection)].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Promise.resolve(entries.map(([, document]) => structuredClone(document) as T));
  }

  put(collection: string, id: string, document: unknown): Promise<void> {
    this.of(collection).set(id, structuredClone(document));
    return Promise.resolve();
  }

  insert(collection: string, id: string, document: unknown): Promise<boolean> {
    if (this.of(collection).has(id)) return Promise.resolve(false);
    return this.put(collection, id, document).then(() => true);
  }

  private of(collection: string): Map<string, unknown> {
    if (!this.collections.has(collection)) this.collections.set(collection, new Map());
    return this.collections.get(collection)!;
  }
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Injectable } from '@nestjs/common';
import type { Connector } from '#libs/connector-kit';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'connectors');

/** Every connector there is: the folders of `connectors/`, read once at start. Names with a leading `_` are left out. */
@Injectable()
export class ConnectorRegistry {
  private constructor(private readonly connectors: ReadonlyMap<string, Connector>) {}

  /** @throws Error when a folder has no declaration, or one whose slug is not the folder's name. */
  static async load(folder: string = FOLDER): Promise<ConnectorRegistry> {
    const entries = await readdir(folder, { withFileTypes: true });
    const slugs = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('_')).map(({ name }) => name);
    const loaded = await Promise.all(slugs.map(async (slug) => [slug, await loadOne(folder, slug)] as const));
    return new ConnectorRegistry(new Map(loaded.toSorted(([a], [b]) => a.localeCompare(b))));
  }

  /** A registry of connectors given by hand, for tests. */
  static of(...connectors: Connector[]): ConnectorRegistry {
    return new ConnectorRegistry(new Map(connectors.map((connector) => [connector.slug, connector])));
  }

  list(): Connector[] {
    return [...this.connectors.values()];
  }

  find(slug: string): Connector | undefined {
    return this.connectors.get(slug);
  }
}

async function loadOne(folder: string, slug: string): Promise<Connector> {
  // The sources are .ts under the test runner and .js once built; the folder has the one or the other.
  const files = await readdir(join(folder, slug));
  const file = ['index.js', 'index.ts'].find((name) => files.includes(name));
  if (!file) throw new Error(`connectors/${slug} has no index`);
  const { default: connector } = (await import(pathToFileURL(join(folder, slug, file)).href)) as {
    default?: Connector;
  };
  if (connector?.slug !== slug) throw new Error(`connectors/${slug} declares the slug '${connector?.slug ?? ''}'`);
  return connector;
}

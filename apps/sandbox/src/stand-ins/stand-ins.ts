import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Injectable } from '@nestjs/common';
import type { SandboxPart } from '#libs/connector-kit';

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'connectors');

/** Paths below `/sandbox/` that are the sandbox's own. */
const RESERVED = new Set(['api', 'assets', 'vendor']);

/** Every stand-in there is: the `sandbox` folders of the connectors that have one, read once at start. */
@Injectable()
export class StandIns {
  private constructor(private readonly parts: ReadonlyMap<string, SandboxPart>) {}

  /** @throws Error when a folder's part is not that of its connector. */
  static async load(folder: string = FOLDER): Promise<StandIns> {
    const entries = await readdir(folder, { withFileTypes: true });
    const slugs = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('_')).map(({ name }) => name);
    const parts = await Promise.all(slugs.map((slug) => loadOne(folder, slug)));
    return StandIns.of(...parts.filter((part) => part !== null));
  }

  /** Stand-ins given by hand, for tests. */
  static of(...parts: SandboxPart[]): StandIns {
    return new StandIns(
      new Map(parts.toSorted((a, b) => a.slug.localeCompare(b.slug)).map((part) => [part.slug, part])),
    );
  }

  list(): SandboxPart[] {
    return [...this.parts.values()];
  }

  find(slug: string): SandboxPart | undefined {
    return this.parts.get(slug);
  }
}

async function loadOne(folder: string, slug: string): Promise<SandboxPart | null> {
  // The sources are .ts under the test runner and .js once built; the folder has the one or the other.
  const file = ['index.js', 'index.ts']
    .map((name) => join(folder, slug, 'sandbox', name))
    .find((path) => existsSync(path));
  if (!file) return null;
  const { default: part } = (await import(pathToFileURL(file).href)) as { default?: SandboxPart };
  if (part?.slug !== slug || RESERVED.has(slug)) {
    throw new Error(`connectors/${slug}/sandbox declares the slug '${part?.slug ?? ''}'`);
  }
  return part;
}

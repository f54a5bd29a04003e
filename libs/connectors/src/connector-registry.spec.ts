import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defineConnector } from '#libs/connector-kit';
import { ConnectorRegistry } from './connector-registry.js';

const declaration = (slug: string) => `export default { slug: '${slug}', name: 'Name of ${slug}', docs: '' };`;

describe('the registry of connectors', () => {
  let folder: string;
  const put = async (name: string, file: string, source: string) => {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, file), source);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'connectors-'));
    // What is loaded here is plain JavaScript in ESM, as a build would leave it.
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is what the folder holds, in the order of the slugs', async () => {
    await put('zeta-ats', 'index.js', declaration('zeta-ats'));
    await put('acme-ats', 'index.js', declaration('acme-ats'));

    const registry = await ConnectorRegistry.load(folder);

    expect(registry.list().map(({ slug }) => slug)).toEqual(['acme-ats', 'zeta-ats']);
    expect(registry.find('acme-ats')?.name).toBe('Name of acme-ats');
    expect(registry.find('nobody')).toBeUndefined();
  });

  it('leaves out what begins with an underscore, and files', async () => {
    await put('_template', 'index.js', declaration('something-else'));
    await writeFile(join(folder, 'README.md'), '# Connectors');

    expect((await ConnectorRegistry.load(folder)).list()).toEqual([]);
  });

  it('refuses a slug that is not the name of the folder', async () => {
    await put('acme-ats', 'index.js', declaration('acme'));

    await expect(ConnectorRegistry.load(folder)).rejects.toThrow("connectors/acme-ats declares the slug 'acme'");
  });

  it('refuses a folder without an index', async () => {
    await put('acme-ats', 'README.md', '# Acme');

    await expect(ConnectorRegistry.load(folder)).rejects.toThrow('connectors/acme-ats has no index');
  });

  it('refuses an index that declares nothing', async () => {
    await put('acme-ats', 'index.js', 'export const nothing = 1;');

    await expect(ConnectorRegistry.load(folder)).rejects.toThrow("connectors/acme-ats declares the slug ''");
  });

  it("loads the project's own folder", async () => {
    for (const { slug, name, docs } of (await ConnectorRegistry.load()).list()) {
      expect({ slug, name, docs }).toEqual({
        slug: expect.stringMatching(/^[a-z][a-z0-9-]+$/),
        name: expect.stringMatching(/\S/),
        docs: expect.stringMatching(/^https:\/\//),
      });
    }
  });

  it('can be made by hand for a test', () => {
    const connector = defineConnector({ slug: 'acme-ats', name: 'Acme ATS', docs: 'https://acme.example/api' });

    expect(ConnectorRegistry.of(connector).find('acme-ats')).toBe(connector);
  });
});

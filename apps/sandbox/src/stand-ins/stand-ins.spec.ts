import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StandIns } from './stand-ins.js';

describe('the stand-ins', () => {
  let folder: string;
  const put = async (name: string, slug: string) => {
    await mkdir(join(folder, name, 'sandbox'), { recursive: true });
    await writeFile(join(folder, name, 'sandbox', 'index.js'), `export default { slug: '${slug}', routes: [] };`);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stand-ins-'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are what the connectors bring, in the order of the slugs', async () => {
    await put('zeta-ats', 'zeta-ats');
    await put('acme-ats', 'acme-ats');
    await put('_template', 'template');
    await mkdir(join(folder, 'bare-ats'));

    const standIns = await StandIns.load(folder);

    expect(standIns.list().map(({ slug }) => slug)).toEqual(['acme-ats', 'zeta-ats']);
    expect(standIns.find('acme-ats')?.slug).toBe('acme-ats');
  });

  it.each([
    ['acme-ats', 'acme'],
    ['vendor', 'vendor'],
  ])('of the folder %s may not be called %s', async (name, slug) => {
    await put(name, slug);

    await expect(StandIns.load(folder)).rejects.toThrow(`connectors/${name}/sandbox declares the slug '${slug}'`);
  });

  it('of the project can be loaded', async () => {
    for (const { slug, name, desk, company } of (await StandIns.load()).list()) {
      expect({ slug, name, desk, company }).toMatchObject({
        slug: expect.stringMatching(/^[a-z]/),
        name: expect.stringMatching(/\S/),
        desk: { view: expect.any(Function), sendTest: expect.any(Function) },
        company: { originOrgId: expect.stringMatching(/\S/), originOrgName: expect.stringMatching(/\S/) },
      });
    }
  });
});

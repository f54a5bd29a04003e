import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connector, PartnerRoute, PlacedOrder } from '#libs/connector-kit';

const ROOT = join(import.meta.dirname, '..', '..');
const GUIDE = join(ROOT, 'docs', 'connector-guide.md');

/** The files of the worked example: a block of code after its name in bold. */
function filesIn(guide: string): [name: string, text: string][] {
  return [...guide.matchAll(/\*\*`([\w-]+\.ts)`\*\*[^`]*(?:`[^`\n]+`[^`]*)*?```ts\n([\s\S]*?)```/g)].map(
    ([, name = '', text = '']) => [name, text],
  );
}

describe("the connector guide's worked example", () => {
  let folder: string;
  let connector: Connector;
  const route = <A extends PartnerRoute['action']>(action: A) =>
    connector.assessments?.routes.find((one) => one.action === action) as Extract<PartnerRoute, { action: A }>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'connector-guide-'));
    // So that the example's imports mean what they mean in a connector.
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const [name, text] of filesIn(await readFile(GUIDE, 'utf8'))) await writeFile(join(folder, name), text);
    ({ default: connector } = (await import(pathToFileURL(join(folder, 'index.ts')).href)) as { default: Connector });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is a connector', () => {
    expect(connector.slug).toBe('heron-ats');
    expect(connector.assessments?.routes.map(({ action }) => action)).toEqual([
      'listPackages',
      'placeOrder',
      'cancelOrder',
    ]);
  });

  it('reads an order', () => {
    const order = route('placeOrder').parse({
      headers: {},
      query: {},
      params: {},
      body: {
        order_id: 'o-1',
        test: 'backend-l2',
        applicant: { id: 5_000_000_001, full_name: 'Imani Okafor', email: 'imani@example.org' },
        result_url: 'https://eu.heron.example/results/1',
        a_field_of_tomorrow: true,
      },
    });

    expect(order).toMatchObject({ packageId: 'backend-l2', candidate: { id: '5000000001', phones: null } });
  });

  it('answers as the guide says', () => {
    const placed: PlacedOrder = {
      assessmentId: 'ats_ass_1',
      isNew: true,
      package: { id: 'a', name: 'A', type: null, description: null },
    };

    expect(route('placeOrder').render(placed)).toMatchObject({ status: 201, body: '{"id":"ats_ass_1"}' });
    expect(
      connector.assessments?.renderFailure({ kind: 'not_found', status: 404, reasons: ['No such order.'] }),
    ).toMatchObject({
      status: 404,
      body: '{"message":"No such order."}',
    });
  });
});

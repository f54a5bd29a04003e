import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connector, PartnerRoute, PlacedOrder } from '#libs/connector-kit';
import { loadGuideExample } from './guide-example.js';

describe("the connector guide's worked example", () => {
  let folder: string;
  let connector: Connector;
  const route = <A extends PartnerRoute['action']>(action: A) =>
    connector.assessments?.routes.find((one) => one.action === action) as Extract<PartnerRoute, { action: A }>;

  beforeAll(async () => {
    ({ folder, connector } = await loadGuideExample());
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

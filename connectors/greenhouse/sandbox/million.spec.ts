import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Harvest, nextOf, startHarvest } from '../../../test/support/harvest-client.js';

type Rows = { id: number; candidate_id: number }[];

describe('a company of a million candidates', () => {
  let harvest: Harvest;
  beforeAll(async () => {
    harvest = await startHarvest({ candidates: 1_000_000 });
  });
  afterAll(() => harvest.standIn.stop());

  it('is read page by page from its newest, with ids that no 32 bits hold', async () => {
    const first = await harvest.get('candidates?per_page=500');
    const second = await harvest.get(nextOf(first)!);
    const ids = [...(first.body as Rows), ...(second.body as Rows)].map(({ id }) => id);

    expect(new Set(ids).size).toBe(1000);
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
    expect(ids.every((id) => id > 4_000_000_000 + 1_000_000)).toBe(true);
  });

  it('has a million and a half applications, the last of them as near as the first', async () => {
    const [newest] = (await harvest.get('applications?per_page=1')).body as Rows;
    const { body } = await harvest.get(`candidates?ids=${newest!.candidate_id}`);

    expect((body as Rows).map(({ id }) => id)).toEqual([newest!.candidate_id]);
    expect(harvest.standIn.context.settings.candidates).toBe(1_000_000);
  });
});

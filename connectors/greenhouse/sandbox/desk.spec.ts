import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Harvest, startHarvest } from '../../../test/support/harvest-client.js';

const IMANI = '4071882003';

describe("the recruiter's desk", () => {
  let harvest: Harvest;
  const desk = () => harvest.standIn.part.desk;
  const view = () => desk().view(harvest.standIn.context);
  const candidateAt = async (id: string) => (await view()).candidates.find((candidate) => candidate.id === id);
  const optionsOf = async (id: string, action: string) =>
    (await candidateAt(id))!.pipeline!.actions.find((one) => one.id === action)?.input?.options ?? [];
  const act = (action: string, value = '', candidateId: string | null = IMANI) =>
    desk().act!(harvest.standIn.context, { candidateId, action, value });

  beforeAll(async () => {
    harvest = await startHarvest();
  });
  afterAll(() => harvest.standIn.stop());

  it('shows where everybody stands', async () => {
    expect(await candidateAt(IMANI)).toMatchObject({
      job: 'Backend Engineer',
      pipeline: { current: 'Skills assessment', status: 'active', stages: expect.arrayContaining(['Offer']) },
    });
  });

  it('moves, rejects, takes back and hires, as the API shows it then', async () => {
    const application = async () => (await harvest.get(`applications?candidate_ids=${IMANI}`)).body[0];
    const [next] = await optionsOf(IMANI, 'move');

    expect(await act('move', next!.value)).toBeNull();
    expect(await application()).toMatchObject({ job_interview_stage_id: Number(next!.value), stage_name: next!.label });
    expect(await act('reject', (await optionsOf(IMANI, 'reject'))[0]!.value)).toBeNull();
    expect(await application()).toMatchObject({ status: 'rejected' });
    expect(await act('move', next!.value)).toBe("Application must be 'active', is currently 'rejected'");
    expect(await act('unreject')).toBeNull();
    expect(await act('hire')).toBeNull();
    expect((await candidateAt(IMANI))!.pipeline).toMatchObject({ status: 'hired', current: null });
  });

  it('writes notes and changes e-mails', async () => {
    expect(await act('note', 'Called.')).toBeNull();
    expect(await act('email', 'imani@new.example')).toBeNull();
    expect(await act('note', '  ')).toBe('Type something first.');

    expect((await harvest.get(`notes?candidate_ids=${IMANI}&per_page=1`)).body[0]).toMatchObject({ body: 'Called.' });
    expect((await candidateAt(IMANI))!.email).toBe('imani@new.example');
  });

  it('adds an applicant, who may be sent a test and be deleted', async () => {
    expect(await act('add', 'Ada Lovelace', null)).toBeNull();
    const [ada] = (await view()).candidates;

    expect(ada).toMatchObject({
      name: 'Ada Lovelace',
      job: 'Backend Engineer',
      pipeline: { current: 'Application Review' },
    });
    expect(await act('delete', '', ada!.id)).toBeNull();
    expect((await view()).candidates).toHaveLength(12);
    expect(await act('add', ' ', null)).toBe('Type a name first.');
  });

  it('knows only what it offers', async () => {
    expect(await act('promote')).toMatch(/no such candidate/);
    expect(await act('note', 'x', '1')).toMatch(/no such candidate/);
    expect(await desk().setFault!(harvest.standIn.context, { id: 'flood', count: 1 })).toMatch(/no such fault/);
  });

  it('takes webhooks that are typed in, once, and tells what became of them', async () => {
    const form = { name: 'Hub', action: 'candidate_stage_change', url: 'http://127.0.0.1:1/hook', secret: 's' };
    const add = () =>
      desk().addWebhooks!(harvest.standIn.context, [
        form,
        { ...form, action: 'offer_created' },
        { ...form, action: 'x' },
      ]);

    expect([await add(), await add()]).toEqual([null, null]);
    // Nobody is there: the ping failed.
    expect((await view()).webhooks).toEqual([
      expect.objectContaining({
        event: 'candidate_stage_change',
        isActive: false,
        lastDelivery: expect.stringMatching(/^ping/),
      }),
    ]);
    expect(await desk().addWebhooks!(harvest.standIn.context, [{ ...form, url: 'http://example.org' }])).toMatch(
      /https/,
    );
  });
});

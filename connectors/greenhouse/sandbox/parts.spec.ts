import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Harvest, startHarvest } from '../../../test/support/harvest-client.js';

const IMANI = 4_071_882_003;
const IMANIS = 4_190_334_003;
const NOTE = { candidate_id: IMANI, note_type: 'NOTE', visibility: 'public', body: 'Finished: 81/100' };
const FILE = { application_id: IMANIS, filename: 'a.pdf', type: 'other', content: btoa('%PDF-1.4 x') };

describe('what belongs to a candidate in Harvest v3', () => {
  let harvest: Harvest;
  const one = async (path: string) => (await harvest.get(path)).body[0];

  beforeAll(async () => {
    harvest = await startHarvest();
  });
  afterAll(() => harvest.standIn.stop());

  it('has notes that are read with other words than they are written with', async () => {
    const { status, body } = await harvest.post('notes', { ...NOTE, application_id: IMANIS });

    expect([status, body.visibility, body.type]).toEqual([201, 'publicly_visible', 'NOTE']);
    expect(await one(`notes?ids=${body.id}`)).toEqual(body);
  });

  it.each([
    [{ note_type: 'note' }],
    [{ visibility: 'publicly_visible' }],
    [{ visibility: undefined }],
    [{ note_type: 'INTERVIEW' }],
    [{ email_to: ['a@b.c'] }],
    [{ note_type: 'EMAIL', subject: 'Hi', email_from: ['a@b.c'], email_to: ['a@b.c'] }],
  ])('has no note with %j', async (change) => {
    expect((await harvest.post('notes', { ...NOTE, ...change })).status).toBe(422);
  });

  it('logs an e-mail whose lists are read as text', async () => {
    const email = { email_from: ['a@b.c'], email_to: ['d@e.f', 'g@h.i'], email_cc: [] };
    const { body } = await harvest.post('notes', { ...NOTE, note_type: 'EMAIL', subject: 'Hi', ...email });

    expect(body).toMatchObject({ email_from: 'a@b.c', email_to: 'd@e.f, g@h.i', email_cc: [] });
  });

  it('takes a note for a candidate there is not', async () => {
    expect((await harvest.post('notes', { ...NOTE, candidate_id: 1 })).status).toBe(201);
  });

  it('keeps a file on an application, and one résumé', async () => {
    const before = await harvest.all(`attachments?application_ids=${IMANIS}&type=resume`);

    const { status, body } = await harvest.post('attachments', { ...FILE, type: 'resume' });

    expect([status, body.candidate_id]).toEqual([201, IMANI]);
    expect(await (await fetch(body.url)).text()).toBe('%PDF-1.4 x');
    expect((await harvest.all(`attachments?application_ids=${IMANIS}&type=resume`)).map(({ id }) => id)).toEqual([
      body.id,
    ]);
    expect(await one(`attachments?ids=${String(before[0]!.id)}`)).toMatchObject({ type: 'other' });
  });

  it.each([
    [{ url: 'https://example.org/a.pdf' }],
    [{ content: undefined }],
    [{ content: 'not base64!' }],
    [{ filename: 'setup.exe' }],
    [{ filename: 'report.html', type: 'take_home_test' }],
    [{ type: 'admin_only' }],
    [{ application_id: 1 }],
    [{ candidate_id: IMANI }],
    [{ visibility: 'publicly_visible' }],
  ])('has no file with %j', async (change) => {
    expect((await harvest.post('attachments', { ...FILE, ...change })).status).toBe(422);
  });

  it('links to a file that was given by its address', async () => {
    const { content: _, ...file } = FILE;
    const { body } = await harvest.post('attachments', { ...file, url: 'https://example.org/a.pdf' });

    expect(Object.keys(body)).not.toContain('_from');
    const reply = await fetch(body.url, { redirect: 'manual' });
    expect([reply.status, reply.headers.get('location')]).toEqual([302, 'https://example.org/a.pdf']);
  });

  it('has educations by the ids of options, and employments', async () => {
    const [school] = await harvest.all('custom_field_options?custom_field_key=school_name');
    const [degree] = await harvest.all('custom_field_options?custom_field_key=degree');
    const education = { candidate_id: IMANI, school_name_custom_field_option_id: school!.id, start_date: '2014-09-01' };

    const added = await harvest.post('candidate_educations', education);
    expect(added).toMatchObject({ status: 201, body: { start_date_month: 9, start_date_year: 2014, end_at: null } });
    const wrong = await harvest.post('candidate_educations', {
      ...education,
      school_name_custom_field_option_id: degree!.id,
    });
    expect(wrong.status).toBe(422);
    expect((await harvest.remove(`candidate_educations/${added.body.id}`)).status).toBe(200);
    expect(await harvest.all(`candidate_educations?ids=${added.body.id}`)).toEqual([]);
    const job = { candidate_id: IMANI, company_name: 'Northwind', title: 'Engineer', start_date: '2017-07-01' };
    expect((await harvest.post('candidate_employments', job)).body).toMatchObject({ latest: true, end_date: null });
  });

  it('has tags by the ids of the dictionary', async () => {
    const { body: tag } = await harvest.post('candidate_tags', { name: 'from the hub' });
    expect((await harvest.post('candidate_tags', { name: 'from the hub' })).status).toBe(422);

    const { body } = await harvest.post('applied_candidate_tags', { candidate_id: IMANI, candidate_tag_id: tag.id });
    expect((await one(`candidates?ids=${IMANI}`)).tags).toContain('from the hub');

    expect((await harvest.remove(`applied_candidate_tags/${body.id}`)).status).toBe(200);
    expect((await one(`candidates?ids=${IMANI}`)).tags).not.toContain('from the hub');
  });

  it('has custom fields that are written in another form than they are read', async () => {
    const write = (custom_fields: object[]) => harvest.patch(`applications/${IMANIS}`, { custom_fields });
    const [option] = (await harvest.all('custom_field_options')).filter(({ name }) => name === '1 month');

    const { body } = await write([
      { name_key: 'assessment_score', value: 81 },
      { custom_field_id: option!.custom_field_id, value: option!.id },
    ]);
    expect(body.custom_fields).toEqual({
      assessment_score: { name: 'Assessment score', type: 'number', value: 81 },
      notice_period: { name: 'Notice period', type: 'single_select', value: '1 month' },
    });
    expect((await write([{ name_key: 'assessment_score', value: 'high' }])).status).toBe(422);
    expect((await write([{ name_key: 'nothing', value: 1 }])).status).toBe(422);
    expect((await write([{ id: 1, value: 1 }])).status).toBe(422);
    expect((await write([{ name_key: 'assessment_score', custom_field_id: 1, value: 1 }])).status).toBe(422);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GreenhouseDesk, openGreenhouseDesk } from './greenhouse-desk.js';

const SCRIPT = '<script>alert("x")</script>';
const TEXT = `${SCRIPT}"><img src=x onerror=alert(1)> ’–é \u202e {{7*7}} \${x} =cmd|'/c calc'!A1`;

type Texts = Record<'id' | 'remoteId' | 'contentText', string>;

describe('HTML and scripts in the texts of an ATS', () => {
  let desk: GreenhouseDesk;
  let id: string;
  let token: string;
  beforeAll(async () => {
    desk = await openGreenhouseDesk();
    token = await desk.token();
    id = await desk.connect();
    await desk.settled(id);
  });
  afterAll(() => desk?.close());

  const write = async <T>(method: string, path: string, body: object): Promise<T> => {
    const reply = await desk.standIn<T>(method, `api/v3/${path}`, body, token);
    if (reply.status > 299) throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const rows = async <T>(path: string) => (await desk.standIn<T[]>('GET', `api/v3/${path}`, undefined, token)).body;
  const found = async <T extends { remoteId: string }>(model: string, remoteId: number) => {
    await desk.sync(id);
    return (await desk.records<T>(id, `/v1/ats/${model}`)).find((one) => one.remoteId === String(remoteId))!;
  };

  it('come as they are, as JSON that no browser takes for a page', async () => {
    const person = await write<{ candidate: { id: number } }>('POST', 'candidates', {
      ...{ first_name: TEXT, last_name: TEXT, company: TEXT, title: TEXT },
      addresses: [{ value: TEXT, type: 'home' }],
    });

    const candidate = await found<Texts>('candidates', person.candidate.id);
    const reply = await fetch(`${desk.hub.url}/v1/ats/candidates/${candidate.id}?include=remoteData`, {
      headers: { authorization: `Bearer ${desk.hub.apiKey}`, 'x-integration-id': id, accept: 'text/html' },
    });

    expect(candidate).toMatchObject({ firstName: TEXT, lastName: TEXT, company: TEXT, title: TEXT });
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    expect(await reply.json()).toMatchObject({ firstName: TEXT, remoteData: { first_name: TEXT } });
  });

  it('are left in the HTML of a posting, and are not in its text', async () => {
    const [post] = await rows<{ id: number }>('job_posts?per_page=1');
    const content = `<h2>Join us</h2>${SCRIPT}<style>b{}</style><p onclick="alert(1)">We &lt;3 data<br>every day</p><a href="javascript:alert(1)">Apply</a>`;
    await write('PATCH', `job_posts/${post!.id}`, { title: TEXT, content });

    const posting = await found<Texts>('job-postings', post!.id);

    expect(posting).toMatchObject({ title: TEXT, contentHtml: content });
    expect(posting.contentText).toContain('We <3 data\nevery day');
    expect(posting.contentText).not.toMatch(/alert|onclick|b\{\}|<p|javascript:/);
  });

  it('do no harm in dictionaries, notes and filters', async () => {
    const department = await write<{ id: number }>('POST', 'departments', { name: TEXT });
    const [person] = await rows<{ id: number }>('candidates?per_page=1');
    const { body: note } = await desk.call<{ remoteId: string }>(
      'POST',
      `/v1/ats/candidates/${await ourId(person!.id)}/notes`,
      { integrationId: id, body: { body: TEXT, visibility: 'PUBLIC' } },
    );

    expect(await found<Texts>('departments', department.id)).toMatchObject({ name: TEXT });
    expect(await found<Texts>('notes', Number(note.remoteId))).toMatchObject({ body: TEXT });
    const search = await desk.call('GET', `/v1/ats/candidates?email=${encodeURIComponent(TEXT)}`, {
      integrationId: id,
    });
    expect(search).toMatchObject({ status: 200, body: { data: [] } });
  });

  it('stand in the events as they are, byte by byte what was signed', async () => {
    const events = await desk.query<{ payload: Buffer }>(
      `SELECT payload FROM events WHERE integration_id = $1 AND type = 'record.new'`,
      [id],
    );
    const texts = events.map(({ payload }) => JSON.parse(payload.toString('utf8')) as object);

    expect(JSON.stringify(texts)).toContain(JSON.stringify(SCRIPT).slice(1, -1));
  });

  const ourId = async (remoteId: number) =>
    (await desk.records<{ id: string; remoteId: string }>(id, '/v1/ats/candidates')).find(
      (one) => one.remoteId === String(remoteId),
    )!.id;
});

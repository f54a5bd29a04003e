import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type Browser, type Page, chromium } from 'playwright-core';
import { type Hub, startHub } from '../support/hub.js';
import { browser as browserPath, describeWithBrowser } from '../support/requirements.js';

const WITHIN_MS = 20_000;

describeWithBrowser('a newcomer at the sandbox', () => {
  let hub: Hub;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    // The sandbox is on this machine, and must work where no other private address may be called.
    hub = await startHub({ env: { ATSUME_SANDBOX: 'true', ATSUME_ALLOW_PRIVATE_TARGETS: 'false' } });
    browser = await chromium.launch({ executablePath: browserPath!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
  });

  beforeEach(async () => {
    page = await browser.newPage();
    page.setDefaultTimeout(WITHIN_MS);
    page.on('pageerror', ({ message }) => void complaints.push(message));
    page.on('console', (line) => {
      // Browsers ask every page for an icon; those that only come by have none.
      const isIcon = line.location().url.endsWith('/favicon.ico');
      if (line.type() === 'error' && !isIcon) complaints.push(line.text());
    });
    await page.goto(`${hub.url}/sandbox`);
  });

  const panel = (name: string) => page.getByRole('region', { name });
  const chooseCandidate = async (name: string) => {
    await panel('Greenhouse').getByRole('listitem').filter({ hasText: name }).getByRole('button').click();
    await panel('Greenhouse').getByRole('heading', { name }).waitFor();
  };

  it('presses Send Test, sees the verified event, and then the result', async () => {
    await panel('Greenhouse').getByRole('button', { name: 'Send Test' }).click();

    const event = panel('Your app')
      .getByRole('listitem')
      .filter({ hasText: 'Imani Okafor' })
      .filter({ hasText: 'record.new' });
    await event.getByText('Verified', { exact: true }).waitFor();
    const score = await panel('Greenhouse').getByTestId('score').textContent();
    await panel('Hub').getByText('FETCHED', { exact: true }).first().waitFor();

    expect(Number(score)).toBeGreaterThan(0);
    expect(await panel('Greenhouse').getByText('Problem solving').count()).toBe(1);
    // The vendor keeps that one for itself.
    expect(await panel('Greenhouse').getByText('Time away from the page').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('reports a result by hand', async () => {
    await panel('Your app').getByRole('switch', { name: 'Answer automatically' }).uncheck();
    await panel('Your app').getByText('New orders wait').waitFor();
    await chooseCandidate('Олена Ковальчук');
    await panel('Greenhouse').getByRole('button', { name: 'Send Test' }).click();

    await panel('Your app').getByLabel('Score').fill('97.5');
    await panel('Your app').getByLabel('Summary').fill('Sehr gut – 大変よい');
    await panel('Your app').getByRole('button', { name: 'Report the result' }).click();

    await panel('Greenhouse').getByTestId('score').getByText('97.5').waitFor();
    expect(await panel('Greenhouse').getByText('Sehr gut – 大変よい').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('moves a candidate, and the app hears of it', async () => {
    await chooseCandidate('Zoë O’Connor-Smith');
    await panel('Greenhouse').getByText('Move, reject, hire, edit').click();
    await panel('Greenhouse').getByLabel('To stage').selectOption({ label: 'Face to face' });
    await panel('Greenhouse').getByRole('button', { name: 'Move', exact: true }).click();

    await panel('Greenhouse').locator('[aria-current=step]').getByText('Face to face').waitFor();
    const event = panel('Your app').getByRole('listitem').filter({ hasText: 'record.modified' }).first();
    await event.getByText('Verified', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('adds an applicant', async () => {
    await panel('Greenhouse').getByLabel('Name of a new applicant').fill('Ada Lovelace');
    await panel('Greenhouse').getByRole('button', { name: 'Add an applicant' }).click();

    await panel('Greenhouse').getByRole('listitem').filter({ hasText: 'Ada Lovelace' }).first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('connects by OAuth', async () => {
    const connection = panel('Hub').locator('.connection');
    await connection.getByText('by client-credentials').waitFor();

    await connection.getByRole('button', { name: 'Connect by OAuth' }).click();
    await page.getByRole('checkbox', { name: 'Authorize using a service account' }).waitFor();
    await page.getByRole('button', { name: 'Allow' }).click();

    // The hub's own page, or the sandbox at once, where it may send back to an address without https.
    await page.waitForURL(/\/(oauth\/greenhouse\/callback|sandbox\/)/);
    await page.goto(`${hub.url}/sandbox`);
    await connection.getByText('by oauth ·').waitFor();
    expect(complaints).toEqual([]);
  });

  it('gets a command to try, with the key of the sandbox', async () => {
    await page.getByRole('button', { name: 'Try it with curl' }).click();

    const command = await page.getByLabel('A command to try').textContent();
    const key = /Bearer (atsm_\S+?)'/.exec(command ?? '')?.[1];
    const reply = await fetch(`${hub.url}/v1/ats/assessments`, { headers: { authorization: `Bearer ${key}` } });
    expect(reply.status).toBe(200);
  });
});

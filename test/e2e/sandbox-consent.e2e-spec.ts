import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type Browser, type Page, chromium } from 'playwright-core';
import { type Hub, startHub } from '../support/hub.js';
import { browser as browserPath, describeWithBrowser } from '../support/requirements.js';

const WITHIN_MS = 20_000;
const SCRIPT = '<img/src=x/onerror=document.title="hacked"><script>document.title="hacked"</script>';

describeWithBrowser('the consent page of the sandbox', () => {
  let hub: Hub;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    hub = await startHub({ env: { ATSUME_SANDBOX: 'true' } });
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
    await page.goto(`${hub.url}/sandbox`);
  });

  const connection = () => page.getByRole('region', { name: 'Hub' }).locator('.connection');
  const openConsent = async () => {
    // Also waits until the sandbox has set itself up.
    await connection()
      .getByText(/by (client-credentials|oauth)/)
      .waitFor();
    await connection().getByRole('button', { name: 'Connect by OAuth' }).click();
    await page.getByRole('button', { name: 'Allow' }).waitFor();
  };
  const decide = async (decision: 'Allow' | 'Deny') => {
    await page.getByRole('button', { name: decision }).click();
    await page.waitForURL(/\/sandbox\/(\?|$)/);
  };

  it('names who asks, for what, and lets the customer choose the service account', async () => {
    await openConsent();

    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
      'Atsume asks for access to Lumen & Co (sandbox)',
    );
    const box = page.getByRole('checkbox', { name: 'Authorize using a service account' });
    expect(await box.isChecked()).toBe(true);
    await box.uncheck();
    expect(await box.isChecked()).toBe(false);
    const scopes = await page.getByRole('listitem').allTextContents();
    expect(scopes).toEqual(expect.arrayContaining(['candidates list', 'applications list', 'jobs list']));
    expect(scopes.filter((scope) => /create|update|destroy/.test(scope))).toEqual([]);
  });

  it.each([390, 1440])('fits a window %i wide', async (width) => {
    await page.setViewportSize({ width, height: 844 });
    await openConsent();

    const [scroll, inner] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, window.innerWidth]',
    );
    expect(scroll).toBe(inner);
    for (const name of ['Allow', 'Deny']) {
      const box = await page.getByRole('button', { name }).boundingBox();
      expect(box!.x + box!.width).toBeLessThanOrEqual(width);
      expect(box!.height).toBeGreaterThanOrEqual(44);
    }
  });

  it('that is denied leaves the connection as it was, and says so', async () => {
    await openConsent();
    await decide('Deny');

    await page.getByText('Connecting came to nothing: Access denied.').waitFor();
    await connection().getByText('by client-credentials').waitFor();
    expect(complaints).toEqual([]);
  });

  it('that a person who sees no lists has allowed is connected all the same', async () => {
    await openConsent();
    await page.getByRole('radio', { name: 'A colleague who is no Site Admin' }).check();
    await decide('Allow');

    await connection().getByText('by oauth ·').waitFor();
    expect(complaints).toEqual([]);
  });

  it('that the company itself has allowed brings it back', async () => {
    await openConsent();
    await decide('Allow');

    await connection().getByText('by oauth ·').waitFor();
    await connection().getByText('Active', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('and the page beside it show the texts of the ATS as texts', async () => {
    const greenhouse = page.getByRole('region', { name: 'Greenhouse' });
    await greenhouse.getByLabel('Name of a new applicant').fill(`Eve ${SCRIPT}`);
    await greenhouse.getByRole('button', { name: 'Add an applicant' }).click();

    await greenhouse.getByRole('listitem').filter({ hasText: SCRIPT }).first().waitFor();
    const events = page.getByRole('region', { name: 'Your app' }).getByRole('listitem');
    await events.filter({ hasText: 'record.new' }).first().waitFor();
    expect(await page.title()).not.toBe('hacked');
    expect(complaints).toEqual([]);
  });
});

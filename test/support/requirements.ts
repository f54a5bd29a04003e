import { accessSync, appendFileSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';

const BROWSERS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Path of this machine's Redis server, or null. `ATSUME_TEST_REDIS_SERVER` names another one, or `none`. */
export const redisServer = find(process.env.ATSUME_TEST_REDIS_SERVER, ['redis-server']);

/** Path of this machine's Chromium or Chrome, or null. `ATSUME_TEST_BROWSER` names another one, or `none`. */
export const browser = find(process.env.ATSUME_TEST_BROWSER, BROWSERS);

/** A `describe` for what needs a Redis server. Where there is none its tests are left out, and `npm test` names them. */
export const describeWithRedis = describeWhen(redisServer !== null, 'a Redis server');

/** A `describe` for what needs a browser. Where there is none its tests are left out, and `npm test` names them. */
export const describeWithBrowser = describeWhen(browser !== null, 'a browser (Chromium or Chrome)');

/** A `describe` for what only root can do on Linux. Elsewhere, on a CI machine too, its tests are left out and named. */
export const describeAsRoot = describeWhen(
  process.platform === 'linux' && process.getuid?.() === 0,
  'root on Linux',
  false,
);

function describeWhen(isThere: boolean, what: string, requiredInCi = true) {
  return (name: string, tests: () => void): void => {
    if (isThere) return describe(name, tests);
    if (process.env.CI === 'true' && requiredInCi) {
      throw new Error(`'${name}' needs ${what}, and with CI=true nothing is left out`);
    }
    const { ATSUME_TEST_LEFT_OUT: list } = process.env;
    if (list) appendFileSync(list, `${JSON.stringify({ name, what })}\n`);
    // Jest shows them as skipped, and refuses a file that has no tests at all.
    describe.skip(name, tests);
  };
}

function find(wanted: string | undefined, names: string[]): string | null {
  if (wanted === 'none') return null;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = (wanted ? [wanted] : names).flatMap((name) =>
    /[\\/]/.test(name) ? [name] : folders.map((folder) => join(folder, name)),
  );
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

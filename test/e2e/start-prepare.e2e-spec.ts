import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const NODE_PACKAGE =
  realpathSync(join(ROOT, 'node_modules', '.bin', 'node')).split(/[\\/]node_modules[\\/]|[\\/]bin/)[1] ?? '';

/** Stands in for npm: notes how it was called, and links what the build needs instead of fetching it. */
const NPM = `
import { appendFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
appendFileSync('npm-calls', JSON.stringify([process.env.NODE_ENV ?? null, ...process.argv.slice(2)]) + '\\n');
if (process.env.FAIL) { console.error('npm error ETARGET'); process.exit(1); }
rmSync('node_modules', { recursive: true, force: true });
mkdirSync('node_modules');
for (const name of ['typescript', '${NODE_PACKAGE}']) symlinkSync('${ROOT}/node_modules/' + name, 'node_modules/' + name);
await new Promise((resolve) => setTimeout(resolve, Number(process.env.SLOW ?? 0)));
`;

describe('the preparation of a start', () => {
  let project: string;

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'atsume-prepare-'));
    for (const folder of ['apps/standalone', '.config', 'libs/words/src', 'connectors/example', 'npm']) {
      mkdirSync(join(project, folder), { recursive: true });
    }
    cpSync(join(ROOT, 'apps/standalone/launch'), join(project, 'apps/standalone/launch'), { recursive: true });
    cpSync(join(ROOT, 'apps/standalone/build.mjs'), join(project, 'apps/standalone/build.mjs'));
    write('npm/npm-cli.js', NPM);
    write('npm/package.json', '{ "type": "module" }');
    write('package-lock.json', '{ "packages": { "": {}, "node_modules/typescript": { "version": "1.0.0" } } }');
    write('package.json', '{ "type": "module" }');
    write(
      'tsconfig.json',
      '{ "compilerOptions": { "module": "nodenext", "target": "es2024", "incremental": true, "types": [] } }',
    );
    const build = {
      extends: '../tsconfig.json',
      compilerOptions: { rootDir: '..', outDir: '../dist', tsBuildInfoFile: '../dist/.tsbuildinfo' },
      include: ['../libs/**/*.ts', '../connectors/**/*.ts'],
      exclude: ['../**/*.spec.ts'],
    };
    write('.config/tsconfig.build.json', JSON.stringify(build));
    write('libs/words/src/index.ts', 'export const word: string = "one";\n');
    write('libs/words/src/index.spec.ts', 'export {};\n');
    write('connectors/example/index.ts', 'export default 1;\n');
  });
  afterEach(() => rmSync(project, { recursive: true, force: true }));

  function write(path: string, content: string): void {
    writeFileSync(join(project, path), content);
  }

  /** Runs `npm run build`, which prepares as `npm start` does. */
  function prepare(env: Record<string, string> = {}, nodeArgs: string[] = []) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeArgs, 'apps/standalone/build.mjs'], {
      cwd: project,
      env: { PATH: process.env.PATH ?? '', npm_execpath: join(project, 'npm', 'npm-cli.js'), ...env },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  function npmCalls(): unknown[] {
    if (!existsSync(join(project, 'npm-calls'))) return [];
    const lines = readFileSync(join(project, 'npm-calls'), 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as unknown);
  }

  it('installs what the lockfile says, with what the build needs even where NODE_ENV is production', () => {
    const { status } = prepare({ NODE_ENV: 'production' });

    expect(status).toBe(0);
    expect(npmCalls()).toEqual([
      ['development', 'ci', '--include=dev', '--include=optional', '--no-progress', '--loglevel=error'],
    ]);
  });

  it('says how long the installation takes already, without a terminal too', () => {
    const { stdout } = prepare({ SLOW: '3500' });

    expect(stdout).toMatch(
      /^Installing packages …\nInstalling packages … 3 s\nInstalling packages: done in \d s\nBuilding …\n/,
    );
  });

  it('does nothing and says nothing when nothing has changed', () => {
    prepare();
    const second = prepare();

    expect(second).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(npmCalls()).toHaveLength(1);
  });

  it('installs again when the lockfile has changed', () => {
    prepare();
    write('package-lock.json', '{ "packages": { "": {}, "node_modules/typescript": { "version": "2.0.0" } } }');
    prepare();

    expect(npmCalls()).toHaveLength(2);
  });

  it('shows what npm said when it failed', () => {
    const { status, stderr } = prepare({ FAIL: 'yes' });

    expect(status).toBe(1);
    expect(stderr).toContain('npm error ETARGET');
  });

  it('builds a changed source, and leaves tests out', () => {
    prepare();
    write('libs/words/src/index.ts', 'export const word: string = "another";\n');
    prepare();

    expect(readFileSync(join(project, 'dist/libs/words/src/index.js'), 'utf8')).toContain('another');
    expect(existsSync(join(project, 'dist/libs/words/src/index.spec.js'))).toBe(false);
  });

  it('takes away what was built from a source that is gone, and the folder with it', () => {
    prepare();
    rmSync(join(project, 'connectors/example'), { recursive: true });
    prepare();

    expect(existsSync(join(project, 'dist/connectors/example'))).toBe(false);
  });

  it('builds again what someone deleted from dist', () => {
    prepare();
    rmSync(join(project, 'dist/libs'), { recursive: true });
    prepare();

    expect(existsSync(join(project, 'dist/libs/words/src/index.js'))).toBe(true);
  });

  it('does not wait for a start that died while it prepared', () => {
    mkdirSync(join(project, 'dist'));
    write('dist/.preparing', '2147483646');

    expect(prepare().status).toBe(0);
  });

  it('ends with one line on a machine we have no Node or PostgreSQL for', () => {
    const onSun = `data:text/javascript,Object.defineProperty(process,'platform',{value:'sunos'})`;
    const { status, stderr } = prepare({}, ['--import', onSun]);

    expect(status).toBe(1);
    expect(stderr).toMatch(/^Atsume does not run on sunos-.+\n$/);
  });
});

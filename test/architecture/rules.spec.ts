import { describe, expect, it } from '@jest/globals';
import { deadCalls, deadLinks, declaredVariables, documentedVariables, unfinishedDecisions } from './docs.js';
import {
  boundPackages,
  bundles,
  connectorSlugs,
  namedConnectors,
  namelessFiles,
  outsideReferences,
  strayEntries,
  unevenTests,
} from './house.js';
import { crowdedFiles, fileCycles, forbiddenImports, layerCycles, libCycles } from './imports.js';
import { exportsOf, undocumentedExports, unfinishedLibs } from './readmes.js';
import { type Tree, importsOf } from './tree.js';

const treeOf = (files: Record<string, string>): Tree => new Map(Object.entries(files));

/** A file that imports `specifier`, in a tree where everything it could mean is there. */
function importing(path: string, specifier: string): Tree {
  return treeOf({
    [path]: `import { x } from '${specifier}';`,
    'libs/store/src/index.ts': '',
    'libs/store/src/cipher.ts': '',
    'libs/store/testing/index.ts': '',
    'libs/assessments/src/index.ts': '',
    'apps/api/src/main.ts': '',
    'apps/dispatcher/src/main.ts': '',
    'connectors/acme-ats/index.ts': '',
    'connectors/acme-ats/mapper.ts': '',
    'connectors/zeta-ats/index.ts': '',
    'test/support/database.ts': '',
  });
}

describe('the rule about imports', () => {
  const forbidden: [string, string, RegExp][] = [
    ['libs/store/src/a.ts', '../../../apps/api/src/main.js', /a lib imports libs only/],
    ['libs/store/src/a.ts', '../../../connectors/acme-ats/index.js', /a lib imports libs only/],
    ['libs/store/src/a.ts', '#libs/assessments', /store may not use assessments/],
    ['libs/store/src/a.ts', '#libs/store', /imports are relative/],
    ['libs/unheard/src/a.ts', '#libs/store', /not in the table/],
    ['libs/events/src/a.ts', '../../store/src/cipher.js', /one door/],
    ['libs/events/src/a.ts', '#libs/store/src/cipher.js', /one door/],
    ['libs/events/src/a.ts', '#libs/store/testing', /fakes are for tests/],
    ['libs/events/src/a.ts', '../../../test/support/database.js', /only tests import tests/],
    ['libs/events/src/a.spec.ts', '../../../apps/api/src/main.js', /a lib imports libs only/],
    ['apps/api/src/a.ts', '../../dispatcher/src/main.js', /api may not use the app dispatcher/],
    ['apps/api/src/a.ts', '../../../connectors/acme-ats/index.js', /found by the registry/],
    ['apps/unheard/src/a.ts', '#libs/store', /not in the table/],
    ['connectors/acme-ats/a.ts', '#libs/store', /a connector imports/],
    ['connectors/acme-ats/a.ts', '@nestjs/common', /a connector imports/],
    ['connectors/acme-ats/a.ts', 'node:fs', /a connector imports/],
    ['connectors/acme-ats/a.ts', 'undici', /a connector imports/],
    ['connectors/acme-ats/a.ts', '@faker-js/faker/locale/en', /a connector imports/],
    ['connectors/acme-ats/sandbox/a.ts', 'undici', /a connector imports/],
    ['connectors/acme-ats/a.ts', '../zeta-ats/index.js', /a connector imports/],
    ['migrations/1-create.ts', '#libs/store', /stands alone/],
  ];

  it.each(forbidden)('refuses %s that imports %s', (path, specifier, why) => {
    expect(forbiddenImports(importing(path, specifier))).toEqual([expect.stringMatching(why)]);
  });

  it.each([
    ['libs/store/src/a.ts', './cipher.js'],
    ['libs/assessments/src/a.ts', '#libs/store'],
    ['libs/events/src/a.spec.ts', '#libs/store/testing'],
    ['libs/events/src/a.spec.ts', '../../../test/support/database.js'],
    ['libs/store/src/a.ts', '@nestjs/common'],
    ['apps/api/src/a.ts', '#libs/assessments'],
    ['apps/standalone/src/a.ts', '../../api/src/main.js'],
    ['connectors/acme-ats/a.ts', './mapper.js'],
    ['connectors/acme-ats/a.ts', 'zod'],
    ['connectors/acme-ats/sandbox/a.ts', '@faker-js/faker/locale/en'],
    ['connectors/acme-ats/a.ts', '#libs/connector-kit'],
    ['migrations/1-create.ts', 'typeorm'],
    ['test/e2e/a.e2e-spec.ts', '../../apps/api/src/main.js'],
  ])('lets %s import %s', (path, specifier) => {
    expect(forbiddenImports(importing(path, specifier))).toEqual([]);
  });

  it.each([
    "import '#libs/assessments';",
    "import type { A } from '#libs/assessments';",
    "export * from '#libs/assessments';",
    "const a = await import('#libs/assessments');",
    "type A = import('#libs/assessments').A;",
  ])('sees %s', (text) => {
    const tree = treeOf({ 'libs/store/src/a.ts': text, 'libs/assessments/src/index.ts': '' });

    expect(forbiddenImports(tree)).toHaveLength(1);
  });

  it('counts the places a file imports from', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, i) => `import 'package-${i}';`).join('\n');

    expect(crowdedFiles(treeOf({ 'libs/a/src/a.ts': lines(21) }))).toEqual(['libs/a/src/a.ts imports from 21 places']);
    expect(crowdedFiles(treeOf({ 'libs/a/src/a.ts': lines(20) }))).toEqual([]);
  });
});

describe('the rule about circles', () => {
  it('finds one among files', () => {
    const tree = treeOf({
      'libs/a/src/one.ts': "import { two } from './two.js';",
      'libs/a/src/two.ts': "export { three } from './three.js';",
      'libs/a/src/three.ts': "const one = await import('./one.js');",
    });

    expect(fileCycles(tree)).toEqual([
      'libs/a/src/one.ts → libs/a/src/two.ts → libs/a/src/three.ts → libs/a/src/one.ts',
    ]);
  });

  it('lets types refer to one another', () => {
    const tree = treeOf({
      'libs/a/src/one.ts': "import { type Two } from './two.js';",
      'libs/a/src/two.ts': "import type { One } from './one.js';",
    });

    expect(importsOf(tree, 'libs/a/src/one.ts')).toEqual([
      { specifier: './two.js', file: 'libs/a/src/two.ts', isTypeOnly: true },
    ]);
    expect(fileCycles(tree)).toEqual([]);
  });

  it('finds one among libs, be it of types only', () => {
    const tree = treeOf({
      'libs/a/src/index.ts': "import type { B } from '#libs/b';",
      'libs/b/src/index.ts': "import type { A } from '#libs/a';",
    });

    expect(libCycles(tree)).toEqual(['a → b → a']);
  });

  it('finds one in the table', () => {
    expect(layerCycles({ a: ['b'], b: ['c'], c: ['a'] })).toEqual(['a → b → c → a']);
    expect(layerCycles({ a: ['b', 'c'], b: ['c'], c: [] })).toEqual([]);
  });
});

describe('the rule about names of connectors', () => {
  const slugs = ['acme-ats', 'lever'];

  it('knows them from the folders', () => {
    const tree = treeOf({
      'connectors/acme-ats/index.ts': '',
      'connectors/lever/index.ts': '',
      'connectors/_template/index.ts': '',
      'connectors/README.md': '',
    });

    expect(connectorSlugs(tree)).toEqual(slugs);
  });

  it.each([
    ['libs/a/src/a.ts', '// as Lever does'],
    ['libs/a/README.md', 'For LEVER only.'],
    ['apps/api/src/a.ts', 'class LeverController {}'],
    ['apps/dispatcher/src/a.ts', "if (slug === 'acme-ats') {}"],
    ['libs/a/src/a.ts', 'const acmeAtsHost = 1;'],
    ['libs/a/src/a.ts', 'ACME_ATS_HOST'],
    ['libs/a/src/lever.ts', ''],
  ])('finds one in %s: %s', (path, text) => {
    expect(namedConnectors(treeOf({ [path]: text }), slugs)).toHaveLength(1);
  });

  it.each([
    ['libs/a/src/a.ts', 'a clever leverage'],
    ['connectors/lever/index.ts', 'Lever'],
    ['docs/guide.md', 'Lever'],
    ['apps/sandbox/src/a.ts', 'Lever'],
  ])('lets %s say: %s', (path, text) => {
    expect(namedConnectors(treeOf({ [path]: text }), slugs)).toEqual([]);
  });
});

describe('the rule about the README of a lib', () => {
  const readme =
    '# acme\n\nWhat it is for.\n\n## Exports\n\n- `make`\n- `…Entity`\n\n## Example\n\n```ts\nmake();\n```\n';
  const lib = (text: string, index = 'export function make() {}\nexport class FileEntity {}') =>
    treeOf({ 'libs/acme/README.md': text, 'libs/acme/src/index.ts': index });

  it('is content with purpose, exports and an example', () => {
    expect(unfinishedLibs(lib(readme), ['acme'])).toEqual([]);
  });

  it.each([
    ['its title', readme.replace('# acme', '# other'), 'lacks its name as title'],
    ['its purpose', readme.replace('What it is for.\n', ''), 'lacks its name as title and its purpose'],
    ['the exports', readme.replace('## Exports', '## Rest'), 'lacks ## Exports'],
    ['the example', readme.replace('```ts', '```'), 'lacks ## Example'],
    ['an export', readme.replace('`make`', 'make'), 'lacks make'],
  ])('misses %s', (_what, text, complaint) => {
    expect(unfinishedLibs(lib(text), ['acme'])).toEqual([expect.stringContaining(complaint)]);
  });

  it('misses the README, or the door', () => {
    expect(unfinishedLibs(treeOf({ 'libs/acme/src/index.ts': '' }), ['acme'])).toEqual(['libs/acme has no README.md']);
    expect(unfinishedLibs(treeOf({ 'libs/acme/README.md': '' }), ['acme'])).toEqual(['libs/acme has no src/index.ts']);
  });

  it('reads the exports through the door', () => {
    const tree = treeOf({
      'libs/acme/src/index.ts':
        "export * from './a.js';\nexport { b, type C } from './b.js';\nexport type { D } from './b.js';",
      'libs/acme/src/a.ts': 'export const a1 = 1, a2 = 2;\nexport interface A {}\nconst hidden = 1;',
    });

    expect(exportsOf(tree, 'libs/acme/src/index.ts')).toEqual(['a1', 'a2', 'A', 'b', 'C', 'D']);
  });
});

describe('the rule about docstrings', () => {
  it('asks for one on every function and class that leaves a lib', () => {
    const tree = treeOf({
      'libs/acme/src/index.ts': "export { a, b, C, type D, EDto } from './a.js';",
      'libs/acme/src/a.ts': [
        '/** Says what the signature cannot. */\nexport function a() {}',
        'export function b() {}',
        'export class C {}',
        'export interface D {}',
        'export class EDto {}',
        'export function inside() {}',
      ].join('\n'),
    });

    expect(undocumentedExports(tree, ['acme'])).toEqual([
      'libs/acme exports b without a docstring',
      'libs/acme exports C without a docstring',
    ]);
  });
});

describe('the rules of the house', () => {
  it('refuse a bundler, and a missing word about one', () => {
    expect(bundles('{ "compilerOptions": { "webpack": true } }')).toBe(true);
    expect(bundles('{ "compilerOptions": {} }')).toBe(true);
    expect(bundles('{}')).toBe(true);
    expect(bundles('{ "compilerOptions": { "webpack": false } }')).toBe(false);
  });

  it('refuse what does not belong at the top', () => {
    expect(strayEntries(['apps', '.ci', 'src', 'notes.txt', 'README.md'])).toEqual(['src', 'notes.txt']);
  });

  it('refuse a lockfile that names a registry', () => {
    const packages = {
      '': {},
      'node_modules/a': { resolved: 'https://registry.example/a.tgz' },
      'node_modules/b': { version: '1.0.0' },
    };

    expect(boundPackages(JSON.stringify({ packages }))).toEqual(['node_modules/a']);
  });

  it('refuse a word about places outside', () => {
    const tree = treeOf({ 'docs/a.md': 'see /elsewhere/notes', 'docs/b.md': 'see above' });

    expect(outsideReferences(tree, ['/elsewhere/'])).toEqual(['docs/a.md speaks of /elsewhere/']);
  });

  it.each([
    'libs/a/src/utils.ts',
    'libs/a/src/date-helper.ts',
    'libs/shared/src/a.ts',
    'apps/api/src/queue-manager.ts',
  ])('refuse the name %s', (path) => {
    expect(namelessFiles(treeOf({ [path]: '' }))).toEqual([path]);
  });

  it('let a file be named after what it does', () => {
    expect(namelessFiles(treeOf({ 'libs/a/src/signer.ts': '', 'libs/a/src/commonplace.ts': '' }))).toEqual([]);
  });

  it.each([
    'it.only("x", f)',
    'describe.skip("x", f)',
    'test.todo("x")',
    'it.only.each([1])("x", f)',
    'xit("x", f)',
    'fdescribe("x", f)',
  ])('refuse %s', (text) => {
    expect(unevenTests(treeOf({ 'libs/a/src/a.spec.ts': text }))).toHaveLength(1);
  });

  it('let a test speak of such words', () => {
    expect(unevenTests(treeOf({ 'libs/a/src/a.spec.ts': 'it("refuses it.only", f)' }))).toEqual([]);
  });
});

describe('the rules about documentation', () => {
  it('find a link to nowhere, and a heading that is not there', () => {
    const tree = treeOf({
      'README.md':
        '# Top\n\n[a](docs/a.md) [b](docs/b.md) [c](docs/a.md#first-part) [d](docs/a.md#second) [e](docs) [f](https://x.example)',
      'docs/a.md': '## First part\n\n[up](../README.md)\n\n```md\n[not a link](nowhere.md)\n```\n',
    });

    expect(deadLinks(tree)).toEqual(['README.md links to docs/b.md', 'README.md links to docs/a.md#second']);
  });

  it('find a call the API does not have', () => {
    const tree = treeOf({
      'libs/a/src/a.controller.ts': "@Controller('v1/tests')\n@Get()\n@Get(':id')\n@Post(':id/reset')\n@Get('raw/*')",
      'docs/a.md':
        'GET `/v1/tests`, /v1/tests/{id}, /v1/tests/raw/a/b, $HUB/v1/tests/$ID/reset, $HUB/v1/test, `POST /v1/tests/{id}/start`',
      'libs/b/src/b.controller.ts': '@Controller(`v1/b/$' + "{model}`)\n@Get(':id')",
      'docs/b.md': '/v1/b/candidates/{id} /v1/b/{model}/{id} /v1/b/people/{id}',
      'README.md': 'https://other.example/v1/else',
    });

    expect(deadCalls(tree)).toEqual([
      'docs/a.md speaks of /v1/test',
      'docs/a.md speaks of /v1/tests/{id}/start',
      'docs/b.md speaks of /v1/b/people/{id}',
    ]);
  });

  it('read the variables of the schema and of the table', () => {
    const source = 'const Environment = z.object({\n  PORT: z.string(),\n  ATSUME_S3_BUCKET: z\n    .string(),\n});\n';
    const readme =
      '# A\n\n## Settings\n\n| variable |\n| --- |\n| `PORT`, `HOST` | `NOT_ONE` |\n\n## Rest\n\n| `OTHER` |\n';

    expect(declaredVariables(source)).toEqual(['PORT', 'ATSUME_S3_BUCKET']);
    expect(documentedVariables(readme)).toEqual(['PORT', 'HOST']);
  });

  it('find a decision without a date, a part or its line', () => {
    const tree = treeOf({
      'docs/decisions/README.md': '(0001-a.md)',
      'docs/decisions/0001-a.md': '# A\n\n2026-11-21\n\n**Context.** **Choice.** **Consequence.**',
      'docs/decisions/0002-b.md': '# B\n\n**Context.** **Choice.**',
    });

    expect(unfinishedDecisions(tree, 'docs/decisions/README.md')).toEqual([
      'docs/decisions/0002-b.md lacks **Consequence.**',
      'docs/decisions/0002-b.md lacks a title and a date',
      'docs/decisions/0002-b.md lacks its line in the list',
    ]);
  });
});

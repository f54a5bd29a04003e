import ts from 'typescript';
import { TOP_LEVEL } from './layers.js';
import { type Tree, isCode, isTest, parse } from './tree.js';

/** The connectors there are: the folders of `connectors/`, without those that begin with `_`. */
export function connectorSlugs(tree: Tree): string[] {
  const names = [...tree.keys()].map((path) => /^connectors\/([^_/][^/]*)\//.exec(path)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** Where a connector is called by its name, as a word or as part of an identifier, although any could stand there. */
export function namedConnectors(tree: Tree, slugs: readonly string[]): string[] {
  if (slugs.length === 0) return [];
  const names = slugs.map((slug) => slug.replaceAll('-', '[\\s_-]?')).join('|');
  const word = new RegExp(`(?<![A-Za-z])(${names})(?![A-Za-z])`, 'i');
  return [...tree]
    .filter(([path]) => /^(libs|apps\/api|apps\/dispatcher)\//.test(path))
    .flatMap(([path, text]) => {
      const found = word.exec(words(path))?.[0] ?? word.exec(words(text))?.[0];
      return found ? [`${path} names ${found}`] : [];
    });
}

/** Takes identifiers apart: `AcmeAtsClient` is `Acme Ats Client`. */
function words(text: string): string {
  return text.replace(/([a-z0-9])([A-Z])/g, '$1 $2');
}

/** What lies at the top and has no business there. */
export function strayEntries(entries: readonly string[]): string[] {
  const allowed: readonly string[] = TOP_LEVEL;
  return entries.filter((entry) => !entry.startsWith('.') && !allowed.includes(entry));
}

/** Whether Nest would bundle, and with that hide the folder the registry reads. */
export function bundles(nestCli: string): boolean {
  const { compilerOptions } = JSON.parse(nestCli) as { compilerOptions?: { webpack?: unknown } };
  return compilerOptions?.webpack !== false;
}

/** Packages the lockfile binds to one registry's address. */
export function boundPackages(lockfile: string): string[] {
  const { packages } = JSON.parse(lockfile) as { packages: Record<string, { resolved?: string }> };
  return Object.entries(packages)
    .filter(([, { resolved }]) => resolved !== undefined && /^(git\+)?https?:/.test(resolved))
    .map(([name]) => name);
}

/** Files that speak of places outside the project. `elsewhere` are texts that only such places contain. */
export function outsideReferences(tree: Tree, elsewhere: readonly string[]): string[] {
  return [...tree].flatMap(([path, text]) =>
    elsewhere.filter((place) => text.includes(place)).map((place) => `${path} speaks of ${place}`),
  );
}

const NAMELESS = /(^|[/.-])(utils?|helpers?|common|shared|misc|[a-z-]*manager)(\.|\/|$)/i;

/** Files named after nothing. */
export function namelessFiles(tree: Tree): string[] {
  return [...tree.keys()].filter((path) => isCode(path) && NAMELESS.test(path));
}

const WORDS = new Set(['describe', 'it', 'test']);
const MARKS = new Set(['only', 'skip', 'todo', 'failing']);
const SHORT = new Set(['fit', 'fdescribe', 'xit', 'xtest', 'xdescribe']);

/** The one place that decides what is left out for want of something this machine lacks, and names it. */
const DECIDES = 'test/support/requirements.ts';

/** Tests that are left out, or leave the others out. */
export function unevenTests(tree: Tree): string[] {
  return [...tree]
    .filter(([path]) => isCode(path) && isTest(path) && path !== DECIDES)
    .flatMap(([path, text]) => {
      const found: string[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
          if (WORDS.has(node.expression.text) && MARKS.has(node.name.text)) found.push(`${path}: ${node.getText()}`);
        }
        if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && SHORT.has(node.expression.text)) {
          found.push(`${path}: ${node.expression.text}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(parse(path, text));
      return found;
    });
}

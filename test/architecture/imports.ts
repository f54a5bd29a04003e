import { APPS, CONNECTOR_IMPORTS, LIBS, SANDBOX_IMPORTS } from './layers.js';
import { type ImportFound, type Tree, importsOf, isCode, isTest } from './tree.js';

/** The first folders of a path name its place: `libs/store`, `apps/api`, `connectors/acme-ats`, `test`, `migrations`. */
function placeOf(path: string): [top: string, name: string] {
  const [top = '', name = ''] = path.split('/');
  return [top, top === 'libs' || top === 'apps' || top === 'connectors' ? name : ''];
}

/** Every import that crosses a line it must not cross, as `file imports what: why`. */
export function forbiddenImports(tree: Tree): string[] {
  return [...tree.keys()]
    .filter(isCode)
    .flatMap((path) => importsOf(tree, path).map((found) => ({ path, found, why: whyForbidden(path, found) })))
    .filter(({ why }) => why !== null)
    .map(({ path, found, why }) => `${path} imports ${found.specifier}: ${why}`);
}

function whyForbidden(path: string, found: ImportFound): string | null {
  if (found.specifier.startsWith('#libs/') && !found.file) return 'a lib has one door, #libs/<name>';
  const [top, name] = placeOf(path);
  if (found.file) {
    const [toTop, toName] = placeOf(found.file);
    if (top === toTop && name === toName && !found.specifier.startsWith('#libs/')) return null;
    if (toTop === 'libs' && !found.specifier.startsWith('#libs/')) return 'a lib has one door, #libs/<name>';
    if (found.specifier.endsWith('/testing') && !isTest(path)) return 'fakes are for tests';
    if (toTop === 'test' && !isTest(path)) return 'only tests import tests';
  }
  if (top === 'connectors') return whyNotFromConnector(path, found);
  if (top === 'libs') return whyNotFromLib(path, name, found);
  if (top === 'apps') return whyNotFromApp(path, name, found);
  if (top === 'migrations' && !isTest(path)) return found.specifier === 'typeorm' ? null : 'a migration stands alone';
  return null;
}

function whyNotFromConnector(path: string, found: ImportFound): string | null {
  if (isTest(path)) return found.file && placeOf(found.file)[0] === 'apps' ? 'a connector knows no app' : null;
  const isStandIn = /^connectors\/[^/]+\/sandbox\//.test(path);
  const allowed =
    (CONNECTOR_IMPORTS as readonly string[]).includes(found.specifier) ||
    (isStandIn && SANDBOX_IMPORTS.test(found.specifier));
  return allowed ? null : `a connector imports its own files, ${CONNECTOR_IMPORTS.join(', ')}`;
}

function whyNotFromLib(path: string, name: string, { file }: ImportFound): string | null {
  const uses = LIBS[name];
  if (!uses) return `libs/${name} is not in the table of layers`;
  if (!file) return null;
  const [toTop, toName] = placeOf(file);
  if (toTop !== 'libs') return isTest(path) && toTop === 'test' ? null : 'a lib imports libs only';
  if (toName === name) return 'inside a lib, imports are relative';
  return uses.includes(toName) || isTest(path) ? null : `${name} may not use ${toName}`;
}

function whyNotFromApp(path: string, name: string, { file }: ImportFound): string | null {
  const composes = APPS[name];
  if (!composes) return `apps/${name} is not in the table of layers`;
  if (!file) return null;
  const [toTop, toName] = placeOf(file);
  if (toTop === 'libs' || (toTop === 'test' && isTest(path))) return null;
  if (toTop === 'apps') return composes.includes(toName) ? null : `${name} may not use the app ${toName}`;
  return 'an app composes libs; connectors are found by the registry';
}

/** Libs the table lets use one another in a circle. */
export function layerCycles(layers: Readonly<Record<string, readonly string[]>>): string[] {
  return cyclesIn(new Map(Object.entries(layers)));
}

/** Files that need one another to run, as `a → b → a`; an import of types only is gone before anything runs. */
export function fileCycles(tree: Tree): string[] {
  const graph = new Map(
    [...tree.keys()].filter(isCode).map((path) => [
      path,
      importsOf(tree, path)
        .filter(({ isTypeOnly }) => !isTypeOnly)
        .map(({ file }) => file)
        .filter((file) => file !== null),
    ]),
  );
  return cyclesIn(graph);
}

/** Libs whose files, types included, import one another in a circle, whatever the table says. */
export function libCycles(tree: Tree): string[] {
  const graph = new Map<string, string[]>();
  for (const path of tree.keys()) {
    const [top, name] = placeOf(path);
    if (top !== 'libs' || !isCode(path) || isTest(path)) continue;
    const uses = importsOf(tree, path)
      .map(({ file }) => placeOf(file ?? ''))
      .filter(([toTop, toName]) => toTop === 'libs' && toName !== name);
    graph.set(name, [...(graph.get(name) ?? []), ...uses.map(([, toName]) => toName)]);
  }
  return cyclesIn(graph);
}

function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const walk = (node: string, trail: string[]): void => {
    const at = trail.indexOf(node);
    if (at >= 0) cycles.push([...trail.slice(at), node].join(' → '));
    if (at >= 0 || done.has(node)) return;
    for (const next of new Set(graph.get(node) ?? [])) walk(next, [...trail, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return cycles;
}

const MOST_IMPORTS = 20;

/** Files that import from more places than one can keep in mind. */
export function crowdedFiles(tree: Tree): string[] {
  return [...tree.keys()]
    .filter((path) => isCode(path) && !isTest(path))
    .map((path) => ({ path, count: new Set(importsOf(tree, path).map(({ specifier }) => specifier)).size }))
    .filter(({ path, count }) => count > MOST_IMPORTS && !path.endsWith('/index.ts'))
    .map(({ path, count }) => `${path} imports from ${count} places`);
}

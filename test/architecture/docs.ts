import { posix } from 'node:path';
import { MODEL_NAMES } from '#libs/model';
import type { Tree } from './tree.js';

/** Links of a Markdown file to places in the project that are not there. `folders` are allowed as targets, too. */
export function deadLinks(tree: Tree): string[] {
  const folders = new Set([...tree.keys()].flatMap(foldersOf));
  return [...tree]
    .filter(([path]) => path.endsWith('.md'))
    .flatMap(([path, text]) =>
      [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !/^[a-z]+:/.test(target))
        .filter((target) => {
          const [file = '', anchor] = target.split('#');
          const found = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file)).replace(/\/$/, '');
          if (!tree.has(found)) return !folders.has(found);
          return anchor !== undefined && !anchorsOf(tree.get(found) ?? '').includes(anchor);
        })
        .map((target) => `${path} links to ${target}`),
    );
}

function foldersOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
}

function anchorsOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .trim()
      .replace(/\s+/g, '-'),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}

/** The variables of a README's table of settings. */
export function documentedVariables(readme: string): string[] {
  const table = readme.slice(readme.indexOf('## Settings')).split(/\n## /)[0] ?? '';
  return table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => line.split('|')[1]?.match(/`[A-Z][A-Z0-9_]+`/g) ?? [])
    .map((name) => name.replaceAll('`', ''));
}

/** The variables the schema of the environment declares. */
export function declaredVariables(source: string): string[] {
  const schema = source.slice(source.indexOf('const Environment = z.object({'));
  return [...schema.slice(0, schema.indexOf('\n});')).matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(
    ([, name = '']) => name,
  );
}

/** Decisions whose page is not dated, lacks a part, or is not listed. */
export function unfinishedDecisions(tree: Tree, list: string): string[] {
  return [...tree]
    .filter(([path]) => /^docs\/decisions\/\d{4}-/.test(path))
    .flatMap(([path, text]) => {
      const parts = ['**Context.**', '**Choice.**', '**Consequence.**'];
      const missing = parts.filter((part) => !text.includes(part));
      if (!/^# .+\n\n\d{4}-\d\d-\d\d\n/.test(text)) missing.push('a title and a date');
      if (!tree.get(list)?.includes(`(${posix.basename(path)})`)) missing.push('its line in the list');
      return missing.map((part) => `${path} lacks ${part}`);
    });
}

const METHODS = /@(Get|Post|Put|Patch|Delete)\((?:'([^']*)')?\)/g;

/** The addresses of the API, with `{}` for each part that varies, read from the controllers' decorators. */
export function routesOf(tree: Tree): Set<string> {
  const routes = [...tree]
    .filter(([path]) => path.endsWith('.controller.ts'))
    .flatMap(([, text]) => {
      const base = /@Controller\((?:['`]([^'`]*)['`])?\)/.exec(text)?.[1] ?? '';
      return [...text.matchAll(METHODS)].map(([, , rest]) => [base, rest ?? ''].filter(Boolean).join('/'));
    });
  const all = [...routes.flatMap(ofEachModel), ...writes(tree)];
  return new Set(all.map((route) => `/${route.replace(/:[A-Za-z]+/g, '{}')}`));
}

/** The routes of writes, which stand in a table of actions. */
function writes(tree: Tree): string[] {
  const table = tree.get('libs/actions/src/fields/action-specs.ts') ?? '';
  return [...table.matchAll(/^ +path: '([^']+)',$/gm)].map(([, path = '']) => `v1/ats/${path}`);
}

const MODEL = /\$\{model\}/;

/** The routes behind one that a controller has once for each model. */
function ofEachModel(route: string): string[] {
  return ['{}', ...MODEL_NAMES].map((model) => route.replace(MODEL, model));
}

/** Calls that a Markdown file speaks of and the API does not have. */
export function deadCalls(tree: Tree): string[] {
  const routes = routesOf(tree);
  return [...tree]
    .filter(([path]) => /^(README\.md|docs\/[^/]+\.md)$/.test(path))
    .flatMap(([path, text]) =>
      [...text.matchAll(/(?:(?<![\w.])|(?<=\$HUB))\/v1\/[\w/{}$-]+/g)]
        .map(([call]) => call)
        .filter((call) => !routes.has(call.replace(/\{\w+\}|\$[A-Z]+|ats_ass_\w+/g, '{}').replace(/\/$/, '')))
        .filter((call) => ![...routes].some((route) => route.endsWith('/*') && call.startsWith(route.slice(0, -1))))
        .map((call) => `${path} speaks of ${call}`),
    );
}

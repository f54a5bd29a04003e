import { posix } from 'node:path';
import ts from 'typescript';
import { type Tree, parse } from './tree.js';

/** Libs without a door, or whose README lacks its title, its purpose, its exports or an example. */
export function unfinishedLibs(tree: Tree, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const readme = tree.get(`libs/${name}/README.md`);
    if (!tree.has(`libs/${name}/src/index.ts`)) return [`libs/${name} has no src/index.ts`];
    if (readme === undefined) return [`libs/${name} has no README.md`];
    const wanted: [boolean, string][] = [
      [new RegExp(`^# ${name}\n\n[^#\n]`).test(readme), `its name as title and its purpose below`],
      [/^## Exports$/m.test(readme), '## Exports'],
      [/^## Example$[^#]*^```ts$/ms.test(readme), '## Example with code'],
      ...exportsOf(tree, `libs/${name}/src/index.ts`).map((word): [boolean, string] => [mentions(readme, word), word]),
    ];
    return wanted.filter(([there]) => !there).map(([, what]) => `libs/${name}/README.md lacks ${what}`);
  });
}

/** A name in code marks, or a pattern with `…` for the part that varies. */
function mentions(readme: string, word: string): boolean {
  const marked = readme.match(/`[^`\n]+`/g) ?? [];
  return marked.some((text) => {
    const inner = text.slice(1, -1).replace(/\(.*\)$/, '');
    return inner === word || (inner.includes('…') && matchesPattern(inner, word));
  });
}

function matchesPattern(pattern: string, word: string): boolean {
  const [before = '', after = ''] = pattern.split('…');
  return /\w/.test(before + after) && word.startsWith(before) && word.endsWith(after);
}

/** The names a file exports, through `export *` too. */
export function exportsOf(tree: Tree, path: string): string[] {
  const names = parse(path, tree.get(path) ?? '').statements.flatMap((statement): string[] => {
    if (ts.isExportDeclaration(statement)) {
      if (statement.exportClause && ts.isNamedExports(statement.exportClause)) {
        return statement.exportClause.elements.map(({ name }) => name.text);
      }
      const from = statement.moduleSpecifier;
      return from && ts.isStringLiteral(from) ? exportsOf(tree, besides(path, from.text)) : [];
    }
    return isExported(statement) ? declaredNames(statement) : [];
  });
  return [...new Set(names)];
}

/** What describes itself to the API document, or to the schema, rather than in a docstring. */
const SELF_DESCRIBING = /(Dto|Controller|Entity)$/;

/** Functions and classes that leave a lib through its door without a word about them. */
export function undocumentedExports(tree: Tree, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const doors = exportsOf(tree, `libs/${name}/src/index.ts`).filter((word) => !SELF_DESCRIBING.test(word));
    const files = [...tree.keys()].filter((path) => path.startsWith(`libs/${name}/src/`) && path.endsWith('.ts'));
    return files
      .flatMap((path) => [...parse(path, tree.get(path) ?? '').statements])
      .filter((statement) => ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
      .filter((statement) => isExported(statement) && ts.getJSDocCommentsAndTags(statement).length === 0)
      .map((statement) => statement.name?.text ?? '')
      .filter((word) => doors.includes(word))
      .map((word) => `libs/${name} exports ${word} without a docstring`);
  });
}

function isExported(statement: ts.Statement): boolean {
  if (!ts.canHaveModifiers(statement)) return false;
  return ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function besides(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier.replace(/\.js$/, '.ts'));
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const { name } = statement as unknown as { name?: ts.Identifier };
  return name ? [name.text] : [];
}

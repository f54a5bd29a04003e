import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** The project as the rules see it: path from the project's root (with `/`) → text. Invented ones are how the rules are tested. */
export type Tree = ReadonlyMap<string, string>;

/** One import or re-export of a file. */
export interface ImportFound {
  /** As written. */
  specifier: string;
  /** The file it means, from the root; null for a package or what is not there. */
  file: string | null;
  /** Gone after compilation: only types are imported. */
  isTypeOnly: boolean;
}

const LEFT_OUT = new Set(['node_modules', 'dist', '.git', '.atsume', 'coverage']);
const BINARY = /\.(png|jpe?g|gif|ico|pdf|woff2?|zip|gz|tsbuildinfo)$/;

/** Reads every text file below `root`, without what is installed, built or made by running. */
export function readTree(root: string): Tree {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !BINARY.test(entry.name))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => !path.split('/').some((part) => LEFT_OUT.has(part)));
  return new Map(files.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** Whether a file is code whose imports count. */
export function isCode(path: string): boolean {
  return /\.(ts|tsx|mts|mjs|js)$/.test(path) && !path.endsWith('.d.ts');
}

export function isTest(path: string): boolean {
  return path.startsWith('test/') || /\.(spec|e2e-spec)\.tsx?$/.test(path) || /^libs\/[^/]+\/testing\//.test(path);
}

const parsed = new Map<string, ts.SourceFile>();

/** The syntax tree of a text; parsed once. */
export function parse(path: string, text: string): ts.SourceFile {
  const key = `${path}\0${text}`;
  const known = parsed.get(key);
  if (known) return known;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  parsed.set(key, source);
  return source;
}

/** Every import, re-export and `import()` with a literal in a file. */
export function importsOf(tree: Tree, path: string): ImportFound[] {
  const found: ImportFound[] = [];
  const add = (literal: ts.Node | undefined, isTypeOnly: boolean) => {
    if (!literal || !ts.isStringLiteralLike(literal)) return;
    found.push({ specifier: literal.text, file: resolveImport(tree, path, literal.text), isTypeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    ts.forEachChild(node, visit);
  };
  visit(parse(path, tree.get(path) ?? ''));
  return found;
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  return !clause.name && !!names && ts.isNamedImports(names) && names.elements.every(({ isTypeOnly }) => isTypeOnly);
}

function resolveImport(tree: Tree, from: string, specifier: string): string | null {
  const door = /^#libs\/([^/]+)(\/testing)?$/.exec(specifier);
  if (door) return door[2] ? `libs/${door[1]}/testing/index.ts` : `libs/${door[1]}/src/index.ts`;
  if (!specifier.startsWith('.')) return null;
  const path = posix.normalize(posix.join(posix.dirname(from), specifier));
  const stem = path.replace(/\.(js|mjs)$/, '');
  const candidates = [
    path,
    `${stem}.ts`,
    `${stem}.tsx`,
    `${stem}.mts`,
    `${path}.ts`,
    `${path}.tsx`,
    `${path}/index.ts`,
  ];
  return candidates.find((candidate) => tree.has(candidate)) ?? path;
}

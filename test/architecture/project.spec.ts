import { readdirSync } from 'node:fs';
import { join } from 'node:path';
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
import { LIBS } from './layers.js';
import { undocumentedExports, unfinishedLibs } from './readmes.js';
import { readTree } from './tree.js';

const ROOT = join(import.meta.dirname, '..', '..');
/** Written so that this file does not speak of them itself. */
const ELSEWHERE = [
  ['..', 'shared', ''],
  ['', 'work', 'main'],
].map((parts) => parts.join('/'));
const IGNORED = ['node_modules', 'dist', 'coverage'];

describe('the project', () => {
  const tree = readTree(ROOT);
  const libs = readdirSync(join(ROOT, 'libs'));

  it('imports downwards only, and libs through their door', () => {
    expect(forbiddenImports(tree)).toEqual([]);
  });

  it('has no circle of imports, among files or among libs', () => {
    expect(layerCycles(LIBS)).toEqual([]);
    expect(libCycles(tree)).toEqual([]);
    expect(fileCycles(tree)).toEqual([]);
  });

  it('lists in its table of layers the libs there are', () => {
    expect(Object.keys(LIBS).toSorted()).toEqual(libs.toSorted());
  });

  it('imports from at most twenty places in one file', () => {
    expect(crowdedFiles(tree)).toEqual([]);
  });

  it('names no connector in libs, the api or the dispatcher', () => {
    expect(connectorSlugs(tree)).not.toEqual([]);
    expect(namedConnectors(tree, connectorSlugs(tree))).toEqual([]);
  });

  it('describes every lib: purpose, exports, an example', () => {
    expect(unfinishedLibs(tree, libs)).toEqual([]);
  });

  it('documents every function and class that leaves a lib', () => {
    expect(undocumentedExports(tree, libs)).toEqual([]);
  });

  it('is not bundled, or the registry would find no folder', () => {
    expect(bundles(tree.get('nest-cli.json') ?? '{}')).toBe(false);
  });

  it('has a small top level', () => {
    const entries = readdirSync(ROOT).filter((entry) => !IGNORED.includes(entry));

    expect(strayEntries(entries)).toEqual([]);
  });

  it('is installed from whatever registry the machine uses', () => {
    expect(boundPackages(tree.get('package-lock.json') ?? '{"packages":{}}')).toEqual([]);
  });

  it('speaks of no place outside itself', () => {
    expect(outsideReferences(tree, ELSEWHERE)).toEqual([]);
  });

  it('names every file after something', () => {
    expect(namelessFiles(tree)).toEqual([]);
  });

  it('skips no test and focuses none', () => {
    expect(unevenTests(tree)).toEqual([]);
  });

  it('links to nothing that is not there', () => {
    expect(deadLinks(tree)).toEqual([]);
  });

  it('speaks only of calls the API has', () => {
    expect(deadCalls(tree)).toEqual([]);
  });

  it('describes every setting in the README, and none besides', () => {
    const declared = declaredVariables(tree.get('libs/config/src/config.ts') ?? '');

    expect(declared).toContain('PORT');
    expect(documentedVariables(tree.get('README.md') ?? '').toSorted()).toEqual(declared.toSorted());
  });

  it('dates every decision and gives its reasons', () => {
    expect(unfinishedDecisions(tree, 'docs/decisions/README.md')).toEqual([]);
  });
});

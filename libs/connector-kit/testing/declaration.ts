import { describe, expect, it } from '@jest/globals';
import { MODEL_NAMES } from '#libs/model';
import { type ApiPart, type ApiVersion, type Connector, type Listing, defineConnector } from '../src/index.js';
import { nameOf } from './records.js';

/** What can be told from the declaration alone. */
export function describeDeclaration(connector: Connector, api: ApiPart): void {
  describe('its declaration', () => {
    it('does not contradict itself', () => expect(defineConnector(connector)).toBe(connector));

    it('has a place on every host it speaks to', () => {
      const hosts = Object.values(api.versions).map(({ host }) => host);

      for (const region of Object.values(api.regions))
        expect(Object.keys(region)).toEqual(expect.arrayContaining(hosts));
    });

    it('tells a customer how to connect, in different ways', () => {
      const ids = api.connect.map(({ id }) => id);

      expect(ids.length).toBeGreaterThan(0);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { steps, label } of api.connect)
        expect([label, ...steps].every((line) => line.trim() !== '')).toBe(true);
    });
  });

  describe.each(Object.entries(api.versions))('its version %s', (_name, version) => {
    it('reads every resource once, from below its base', () => {
      const names = version.resources.map(nameOf);

      expect(new Set(names).size).toBe(names.length);
      for (const path of pathsOf(version)) expect(path).toMatch(/^[^/?#]+(\/[^/?#]+)*$/);
    });

    it('names each permission by a label of its own', () => {
      const labels = Object.values(version.permissions).map(({ label }) => label);

      expect(new Set(labels).size).toBe(labels.length);
      expect(labels).not.toContain('');
    });

    it('reads with permissions to read, and writes with permissions to write', () => {
      const access = (permission: string) => version.permissions[permission]?.access;

      expect(version.resources.filter(({ permission }) => access(permission) !== 'read').map(nameOf)).toEqual([]);
      expect(Object.entries(version.actions).filter(([, action]) => access(action.permission) !== 'write')).toEqual([]);
    });

    it('asks for at most as many ids as the ATS takes, and for all of them', () => {
      for (const filter of version.resources.flatMap(({ list }) => filtersOf(list))) {
        const ids = Array.from({ length: filter.most }, (_, index) => String(4_000_000_001 + index));
        const asked = Object.values(filter.query(ids)).map(String).join(' ');

        expect(filter.most).toBeGreaterThan(0);
        expect(ids.filter((id) => !asked.includes(id))).toEqual([]);
      }
    });

    it('has names for ids only in lists that can be asked by ids', () => {
      const named = version.resources.flatMap(({ list }) => list.names ?? []);

      expect(named.filter((one) => one.in.list.byIds === undefined).map(({ id }) => id)).toEqual([]);
    });

    it('asks for what changed since a moment with that moment in the question', () => {
      const moment = '2026-03-02T10:03:00.000Z';
      const questions = version.resources.flatMap(({ list }) => (list.since ? [list.since(moment)] : []));

      expect(questions.filter((question) => Object.keys(question).length === 0)).toEqual([]);
      for (const question of questions) expect(Object.values(question).join(' ')).toMatch(/2026|17724/);
    });

    it('gives parts to records it has', () => {
      const models = new Set(version.resources.flatMap((one) => (one.kind === 'records' ? [one.model] : [])));

      for (const resource of version.resources) {
        if (resource.kind === 'part') expect(models).toContain(resource.of);
        else expect(MODEL_NAMES).toContain(resource.model);
        if (resource.kind === 'part' && resource.shape === 'list') expect(resource.covers).toEqual([resource.field]);
      }
    });

    it('writes to places of rows it reads, each with one key', () => {
      const models = version.resources.flatMap((one) => (one.kind === 'records' ? [one.model] : []));

      for (const { model, at, key } of Object.values(version.actions).flatMap(({ places = [] }) => places)) {
        expect(models).toContain(model);
        expect(at).toMatch(/^\$[.[]/);
        expect(at.split('{key}')).toHaveLength(key === undefined ? 2 : 1);
      }
    });

    it('needs only what it takes', () => {
      for (const { takes, needs, choices = {} } of Object.values(version.actions)) {
        expect(takes).toEqual(expect.arrayContaining([...needs]));
        expect(takes).toEqual(expect.arrayContaining(Object.keys(choices).map((path) => outermost(path, takes))));
      }
    });
  });
}

/** A choice may lie within what is taken: `emails.type` in `emails`. */
function outermost(path: string, takes: readonly string[]): string {
  return takes.find((taken) => path === taken || path.startsWith(`${taken}.`)) ?? path;
}

function pathsOf({ resources, check, permissions }: ApiVersion): string[] {
  const probes = Object.values(permissions).flatMap(({ probe }) => (probe ? [probe.path] : []));
  return [check.path, ...resources.map(({ list }) => list.path), ...probes];
}

function filtersOf({ byIds, byParents = {} }: Listing) {
  return [...(byIds ? [byIds] : []), ...Object.values(byParents)];
}

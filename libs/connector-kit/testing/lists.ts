import { describe, expect, it } from '@jest/globals';
import type { ApiPart, MappedPart, Resource } from '../src/index.js';
import { type Fixture, type ListFixture, ofKind } from './fixtures.js';
import { mutationsOf, without } from './mutations.js';
import { faultsOf, isFilled, nameOf, readRow } from './records.js';
import { Replay, readList } from './replay.js';

/** Pages, mapping, and what is made of rows nobody expected. */
export function describeLists(api: ApiPart, fixtures: readonly Fixture[]): void {
  const lists = ofKind(fixtures, 'list');
  const resources = Object.entries(api.versions).flatMap(([version, { resources: all }]) =>
    all.map((resource) => ({ version, resource, name: `${version} ${nameOf(resource)}` })),
  );

  describe.each(resources)('its list $name', ({ version, resource }) => {
    const recorded = lists.filter((list) => list.version === version && list.resource === nameOf(resource));

    it('is recorded', () => expect(recorded).not.toEqual([]));

    it('is read to its end, and becomes what is expected', () => {
      for (const list of recorded) {
        const replay = new Replay(list.exchanges);
        const read = readList(resource.list, replay).map((row) => readRow(resource, row));

        expect({
          records: read.flatMap((one) => (one.isReadable ? [one.value] : [])),
          unreadable: read.flatMap((one) => (one.isReadable ? [] : [one.reason])),
        }).toEqual(list.expected);
        expect(replay.unused).toEqual([]);
      }
    });

    it('covers the fields it fills, no more and no fewer', () => {
      expect(filledFields(resource, recorded).toSorted()).toEqual([...resource.covers].toSorted());
    });

    it('reads what is missing, null, renamed or of another type, or keeps it aside', () => {
      for (const { what, row } of rowsOf(resource, recorded).flatMap((row) => [...mutationsOf(row)])) {
        const read = readRow(resource, row);

        expect({ what, faults: read.isReadable ? faultsOf(resource, read.value) : [] }).toEqual({ what, faults: [] });
      }
    });

    it('can do without every field but those that say whose row it is', () => {
      for (const row of rowsOf(resource, recorded).filter((one) => readRow(resource, one).isReadable)) {
        const needed = neededValues(resource, row);
        const lost = Object.entries(row as object)
          .filter(([, value]) => !needed.has(String(value)))
          .filter(([key]) => !readRow(resource, without(row, [key])).isReadable);

        expect(lost).toEqual([]);
      }
    });
  });

  it('has no recorded list that nothing reads', () => {
    const known = resources.map(({ version, resource }) => `${version} ${nameOf(resource)}`);

    expect(
      lists.map(({ version, resource }) => `${version} ${resource}`).filter((name) => !known.includes(name)),
    ).toEqual([]);
  });
}

function rowsOf(resource: Resource, recorded: readonly ListFixture[]): unknown[] {
  return recorded.flatMap(({ exchanges }) =>
    exchanges
      .filter(({ request }) => request.path === resource.list.path)
      .flatMap(({ reply }) => resource.list.pages.rows(reply.body) ?? []),
  );
}

/** The fields that say something in at least one recorded record. */
function filledFields(resource: Resource, recorded: readonly ListFixture[]): string[] {
  const values = recorded.flatMap(({ expected }) => expected.records).filter((value) => value !== null);
  if (resource.kind === 'part' && resource.shape === 'list') return values.length > 0 ? [resource.field ?? ''] : [];
  const records = values.map((value) => (resource.kind === 'part' ? (value as MappedPart).value : value) as object);
  const filled = records.flatMap((record) => Object.entries(record).filter(([, value]) => isFilled(value)));
  return [...new Set(filled.map(([field]) => field))];
}

/** Ids without which a row belongs to nobody: its own and, of a part, its parent's and those it is about. */
function neededValues(resource: Resource, row: unknown): Set<string> {
  const read = readRow(resource, row);
  if (!read.isReadable || read.value === null) return new Set(Object.values(row as object).map(String));
  if (resource.kind === 'records') return new Set([(read.value as { remoteId: string }).remoteId]);
  const { remoteId, parentRemoteId, value } = read.value as MappedPart;
  const about = resource.shape === 'list' && typeof value === 'object' ? Object.values(value) : [];
  return new Set([remoteId, parentRemoteId, ...about.map(String)]);
}

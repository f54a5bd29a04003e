import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, type EntityMetadata } from 'typeorm';
import { ENTITIES, loadMigrations, migrateDatabase } from '#libs/store';
import { createEmptyDatabaseUrl, dropDatabase } from '../test/support/database.js';

/** Columns that no entity declares, each with its reason. */
const UNDECLARED: Record<string, string> = {
  'events.xid': 'xid8 is a type TypeORM does not know; only statements read it',
};

/** One column, as the schema and as the entities say it. */
interface ColumnFacts {
  type: string;
  array: boolean;
  nullable: boolean;
  precision: number | null;
  collation: string | null;
  defaultTo: string | null;
  primary: boolean;
}

const COLUMNS = `
  SELECT c.relname || '.' || a.attname AS name,
    format_type(coalesce(nullif(t.typelem, 0), t.oid), NULL) AS type,
    t.typcategory = 'A' AS "array",
    NOT a.attnotnull AS nullable,
    CASE WHEN coalesce(nullif(t.typelem, 0), t.oid) = 'timestamptz'::regtype THEN a.atttypmod END AS precision,
    CASE WHEN l.collname <> 'default' THEN l.collname END AS collation,
    regexp_replace(pg_get_expr(d.adbin, d.adrelid), '::[a-z]+(\\[\\])?', '') AS "defaultTo",
    coalesce(a.attnum = ANY (p.conkey), false) AS "primary"
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_collation l ON l.oid = a.attcollation
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  LEFT JOIN pg_constraint p ON p.conrelid = c.oid AND p.contype = 'p'
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'migrations'
  ORDER BY name`;

/** Everything a migration could leave behind in our schema, by kind and name; TypeORM's own table aside. */
const OBJECTS = `
  SELECT 'relation ' || relname AS name FROM pg_class c
    WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'migrations%'
      AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = c.oid AND i.indrelid = 'migrations'::regclass)
  UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT 'type ' || typname FROM pg_type
    WHERE typnamespace = 'public'::regnamespace AND ltrim(typname, '_') <> 'migrations'
  ORDER BY name`;

describe('the migrations', () => {
  let url: string;
  let source: DataSource;
  const after = { firstUp: [] as string[], down: [] as string[], secondUp: [] as string[] };
  const objects = async () => (await source.query<{ name: string }[]>(OBJECTS)).map(({ name }) => name);
  const down = async () => {
    for (const _ of source.migrations) await source.undoLastMigration({ transaction: 'each' });
  };

  beforeAll(async () => {
    url = await createEmptyDatabaseUrl();
    source = new DataSource({ type: 'postgres', url, entities: ENTITIES, migrations: await loadMigrations() });
    await source.initialize();
    await source.runMigrations({ transaction: 'each' });
    after.firstUp = await objects();
    await down();
    after.down = await objects();
    await source.runMigrations({ transaction: 'each' });
    after.secondUp = await objects();
  });
  afterAll(async () => {
    await source.destroy();
    await dropDatabase(url);
  });

  it('go up, down to nothing, and up to the same schema', () => {
    expect(after.firstUp).toContain('relation assessments');
    expect(after.down).toEqual([]);
    expect(after.secondUp).toEqual(after.firstUp);
  });

  it('make the schema the entities declare, both ways', async () => {
    const schema = await schemaColumns(source);
    const entities = entityColumns(source.entityMetadatas);

    expect(Object.keys(UNDECLARED).filter((name) => !(name in schema))).toEqual([]);
    for (const name of Object.keys(UNDECLARED)) delete schema[name];
    expect(schema).toEqual(entities);
  });

  it('are found in the order of their names', async () => {
    const names = (await loadMigrations()).map(({ name }) => name);

    expect(names).toEqual(names.toSorted((a, b) => a.slice(-13).localeCompare(b.slice(-13))));
  });

  it('make the partitions of today and a week ahead', () => {
    const day = (offset: number) =>
      new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');

    expect(after.secondUp).toEqual(
      expect.arrayContaining(['events', 'attempts'].flatMap((t) => [0, 7].map((n) => `relation ${t}_${day(n)}`))),
    );
  });

  it('are run once by starters that come at once', async () => {
    const fresh = await createEmptyDatabaseUrl();

    const ran = await Promise.all([migrateDatabase(fresh), migrateDatabase(fresh), migrateDatabase(fresh)]);

    expect(ran.flat()).toHaveLength(source.migrations.length);
    await dropDatabase(fresh);
  });
});

async function schemaColumns(source: DataSource): Promise<Record<string, ColumnFacts>> {
  const rows = await source.query<({ name: string } & ColumnFacts)[]>(COLUMNS);
  return Object.fromEntries(rows.map(({ name, ...facts }) => [name, facts]));
}

function entityColumns(metadatas: EntityMetadata[]): Record<string, ColumnFacts> {
  const columns = metadatas.flatMap(({ tableName, columns }) =>
    columns.map((column): [string, ColumnFacts] => [
      `${tableName}.${column.databaseName}`,
      {
        type: longName(String(column.type)),
        array: column.isArray,
        nullable: column.isNullable,
        precision: column.precision ?? null,
        collation: column.collation ?? null,
        defaultTo: typeof column.default === 'function' ? column.default() : null,
        primary: column.isPrimary,
      },
    ]),
  );
  return Object.fromEntries(columns);
}

function longName(type: string): string {
  return type === 'timestamptz' ? 'timestamp with time zone' : type;
}

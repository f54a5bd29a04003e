import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Database, connectDatabase, migrateDatabase } from '#libs/store';

const TEMPLATE = 'atsume_template';

export interface TestDatabase {
  url: string;
  database: Database;
  /** Closes the connections and drops the database. */
  drop(): Promise<void>;
}

/** A new, migrated database of its own, copied from a template that the first caller of a run makes. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const url = await createDatabaseUrl();
  const { database, close } = await connectDatabase({ url, poolSize: 10, applicationName: 'test', onError: () => {} });
  return {
    url,
    database,
    drop: async () => {
      await close();
      await dropDatabase(url);
    },
  };
}

/** As {@link createTestDatabase}, for a hub started as a process of its own. */
export async function createDatabaseUrl(): Promise<string> {
  const name = `t_${randomBytes(8).toString('hex')}`;
  await asAdmin(async (admin) => {
    // Jest's workers come at once; the first makes the template, the others wait for it.
    await admin.query('SELECT pg_advisory_lock(4711)');
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1 AND datistemplate', [TEMPLATE]);
    if (!rowCount) {
      await admin.query(`DROP DATABASE IF EXISTS ${TEMPLATE}`);
      await admin.query(`CREATE DATABASE ${TEMPLATE}`);
      await migrateDatabase(databaseUrl(TEMPLATE));
      await admin.query(`ALTER DATABASE ${TEMPLATE} IS_TEMPLATE true`);
    }
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  });
  return databaseUrl(name);
}

/** An empty database, without any schema. */
export async function createEmptyDatabaseUrl(): Promise<string> {
  const name = `e_${randomBytes(8).toString('hex')}`;
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${name}`));
  return databaseUrl(name);
}

export async function dropDatabase(url: string): Promise<void> {
  await asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`));
}

function databaseUrl(name: string): string {
  return `${process.env.ATSUME_TEST_POSTGRES}/${name}`;
}

async function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: databaseUrl('postgres') });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

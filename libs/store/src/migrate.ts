import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';

/** The role the running hub works as; it may read and write rows and owns nothing. */
export const RUNTIME_ROLE = 'atsume_runtime';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'migrations');
const LOCK = 'atsume_migrations';

/** The migration classes of the project's folder, in the order of their names. */
export async function loadMigrations(): Promise<(new () => MigrationInterface)[]> {
  const files = (await readdir(FOLDER))
    .filter((file) => /^\d+-.*\.(js|ts)$/.test(file) && !file.includes('.spec.'))
    .sort();
  const modules = await Promise.all(
    files.map(
      (file) => import(pathToFileURL(join(FOLDER, file)).href) as Promise<Record<string, new () => MigrationInterface>>,
    ),
  );
  return modules.flatMap((module) => Object.values(module).filter((value) => typeof value === 'function'));
}

/** Brings the schema up to date. Starters that come at once wait for one another. Returns what was run. */
export async function migrateDatabase(url: string): Promise<string[]> {
  const lock = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock(hashtext($1))', [LOCK]);
    const dataSource = new DataSource({ type: 'postgres', url, migrations: await loadMigrations(), extra: { max: 1 } });
    await dataSource.initialize();
    try {
      const run = await dataSource.runMigrations({ transaction: 'each' });
      await grantRuntimeRole(lock);
      return run.map(({ name }) => name);
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await lock.end();
  }
}

/** Makes and grants the runtime's role. Where we may not make roles, the hub runs as who it was given. */
async function grantRuntimeRole(client: pg.Client): Promise<void> {
  try {
    await client.query(
      `DO $$ BEGIN CREATE ROLE ${RUNTIME_ROLE} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
    );
    await client.query(`
      GRANT ${RUNTIME_ROLE} TO CURRENT_USER;
      GRANT USAGE ON SCHEMA public TO ${RUNTIME_ROLE};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${RUNTIME_ROLE};
      GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${RUNTIME_ROLE};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO ${RUNTIME_ROLE};
    `);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
  }
}

import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';

export type Row = Record<string, unknown>;

/** A statement prepared once per connection under its name. */
export interface Statement {
  name: string;
  text: string;
}

/** What can run a statement: the pool, or an open transaction. */
export interface Queryable {
  query<T = Row>(statement: string | Statement, values?: readonly unknown[]): Promise<T[]>;
}

/** The one way to PostgreSQL: prepared statements for hot paths, TypeORM's `dataSource` for the cold ones. One pool serves both. */
@Injectable()
export class Database implements Queryable {
  constructor(
    readonly pool: Pool,
    readonly dataSource: DataSource,
  ) {}

  query<T = Row>(statement: string | Statement, values: readonly unknown[] = []): Promise<T[]> {
    return run<T>(this.pool, statement, values);
  }

  /** Runs `work` in one transaction: all of it or nothing. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.within('BEGIN', work);
  }

  /** Runs reads that belong together: all of them see the data as it was at the first. */
  snapshot<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.within('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work);
  }

  private async within<T>(begin: string, work: (tx: Queryable) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken = false;
    try {
      await client.query(begin);
      const result = await work({ query: (statement, values = []) => run(client, statement, values) });
      await client.query('COMMIT');
      return result;
    } catch (error) {
      broken = await client.query('ROLLBACK').then(
        () => false,
        () => true,
      );
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

async function run<T>(
  client: Pool | PoolClient,
  statement: string | Statement,
  values: readonly unknown[],
): Promise<T[]> {
  const config = typeof statement === 'string' ? { text: statement } : statement;
  const result = await client.query({ ...config, values: values as unknown[] });
  return result.rows as T[];
}

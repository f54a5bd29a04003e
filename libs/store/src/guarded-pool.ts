import type { Pool, PoolClient } from 'pg';

/**
 * Listens to the clients of a pool while they are out of it. There nobody else does, and a connection that is cut between
 * two statements would end the process; the statement that follows fails too, and says so to whoever waits for it.
 */
export function guardPool<P extends Pool>(pool: P): P {
  const guarded = new WeakSet<PoolClient>();
  pool.on('acquire', (client) => {
    if (guarded.has(client)) return;
    guarded.add(client);
    client.on('error', () => {});
  });
  return pool;
}

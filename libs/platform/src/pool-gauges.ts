import { Injectable } from '@nestjs/common';
import { Database } from '#libs/store';
import { Metrics } from '#libs/telemetry';

/** How busy this process's connections to PostgreSQL are, told when `/metrics` is asked. */
@Injectable()
export class PoolGauges {
  constructor(metrics: Metrics, { pool }: Database) {
    metrics.gauge({
      name: 'pg_pool_connections',
      help: 'Connections to PostgreSQL this process holds, by what they do; at most `atsume_pg_pool_max_connections`',
      labels: ['state'],
      collect: (gauge) => {
        gauge.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
        gauge.set({ state: 'idle' }, pool.idleCount);
      },
    });
    metrics.gauge({
      name: 'pg_pool_max_connections',
      help: 'Connections to PostgreSQL this process may hold',
      collect: (gauge) => gauge.set(pool.options.max),
    });
    metrics.gauge({
      name: 'pg_pool_waiting',
      help: 'Statements that wait for a connection',
      collect: (gauge) => gauge.set(pool.waitingCount),
    });
  }
}

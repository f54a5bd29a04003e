import { createServer } from 'node:http';
import pg from 'pg';

/**
 * The floor of the intake figure: a bare HTTP server that reads a JSON body, writes two rows durably with one prepared
 * statement and answers with an id. No routing, no checks, no dedupe.
 */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
await pool.query(`
  CREATE TABLE IF NOT EXISTS floor_records (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body json NOT NULL);
  CREATE TABLE IF NOT EXISTS floor_events (id bigint PRIMARY KEY, payload bytea NOT NULL);
`);
const INSERT = {
  name: 'floor',
  text: `WITH r AS (INSERT INTO floor_records (body) VALUES ($1) RETURNING id)
         INSERT INTO floor_events (id, payload) SELECT id, $2 FROM r RETURNING id`,
};

createServer((request, response) => {
  if (request.method === 'GET') return void response.end('ok');
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const raw = Buffer.concat(chunks);
    const body: unknown = JSON.parse(raw.toString('utf8'));
    pool.query({ ...INSERT, values: [JSON.stringify(body), raw] }).then(
      ({ rows }) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ partner_interview_id: String((rows[0] as { id: string }).id) }));
      },
      () => response.writeHead(500).end(),
    );
  });
}).listen(Number(process.env.PORT), '127.0.0.1');

import { type DeliveryKind, type DueWork, type SendingEndpoint, Sender, type Settled } from '#libs/delivery';
import { type Config, readConfig } from '#libs/config';
import type { FeatureApp } from './feature-app.js';

/** What is left of the dispatcher for tests of one kind: everything due at an endpoint, once, one after the other. */
export async function deliverDue(desk: FeatureApp, kind: DeliveryKind, endpointId: string): Promise<Settled[]> {
  const config: Config = readConfig({ ATSUME_ALLOW_PRIVATE_TARGETS: 'false' }, true);
  const sender = new Sender(config);
  try {
    const due = await desk.database.query<DueWork & { due: string }>(DUE, [endpointId]);
    const settled: Settled[] = [];
    for (const work of due) settled.push(await deliver(desk, kind, { work, sender }));
    return settled;
  } finally {
    await sender.onApplicationShutdown();
  }
}

const DUE = `
  SELECT w.id AS "workId", w.endpoint_id AS "endpointId", w.account_id AS "accountId", w.event_id AS "eventId",
    e.type AS "eventType", w.event_at AS "eventAt", e.integration_id AS "integrationId", e.subject_id AS "subjectId",
    w.attempt, e.payload, w.due_at::text AS due
  FROM delivery_work w JOIN events e ON e.id = w.event_id WHERE w.endpoint_id = $1 ORDER BY w.event_id`;

async function deliver(
  { database }: FeatureApp,
  kind: DeliveryKind,
  { work, sender }: { work: DueWork; sender: Sender },
): Promise<Settled> {
  const prepared = await kind.prepare(work, {} as SendingEndpoint);
  const refused = 'refuse' in prepared;
  const reply = refused
    ? { status: null, body: '', retryAfterMs: null, error: prepared.refuse.error }
    : (await sender.send(prepared.send, 5_000)).reply;
  const outcome = refused ? 'final' : kind.judge(reply);
  const isLast = outcome !== 'retry' && outcome !== 'wait';
  const settled = { work, reply, outcome, isLast, attempts: work.attempt + 1 };
  await database.transaction(async (tx) => {
    await tx.query(
      isLast
        ? 'DELETE FROM delivery_work WHERE endpoint_id = $1 AND id = $2'
        : 'UPDATE delivery_work SET attempt = attempt + 1 WHERE endpoint_id = $1 AND id = $2',
      [work.endpointId, work.workId],
    );
    if (kind.needsSettling?.(settled) ?? true) await kind.settle?.(tx, [settled]);
  });
  return settled;
}

import { Injectable } from '@nestjs/common';
import {
  type DeliveryKind,
  type DueWork,
  type Outcome,
  type Prepared,
  type Reply,
  type SendingEndpoint,
  type Settled,
  TargetPolicy,
} from '#libs/delivery';
import { EventsService, strictForm } from '#libs/events';
import type { Queryable } from '#libs/store';
import { Tracing } from '#libs/telemetry';
import { disabling, endpointDisabledEvent } from './endpoint-events.js';
import { EndpointSecretsCache } from './endpoint-secrets.js';
import { type SigningKey, knitSignature, standardSignature } from './signer.js';

const USER_AGENT = 'Atsume-Webhooks/1';

/** Deliveries to the endpoints that customers registered. */
@Injectable()
export class WebhookKind implements DeliveryKind {
  readonly kind = 'WEBHOOK';

  constructor(
    private readonly secrets: EndpointSecretsCache,
    private readonly targets: TargetPolicy,
    private readonly events: EventsService,
    private readonly tracing: Tracing,
  ) {}

  async prepare(work: DueWork, endpoint: SendingEndpoint): Promise<Prepared> {
    const { signing, headers, strictNulls } = await this.secrets.get(endpoint);
    const url = endpoint.url;
    const [oldest] = signing;
    if (url === null || !oldest) return { refuse: { error: 'endpoint_incomplete' } };
    const body = strictNulls ? Buffer.from(strictForm(work.payload.toString())) : work.payload;
    return {
      send: {
        method: 'POST',
        url,
        // Ours come last: whatever an endpoint was registered with cannot replace them.
        headers: {
          ...headers,
          'content-type': 'application/json',
          'user-agent': USER_AGENT,
          ...(endpoint.signature === 'knit' ? signedForKnit(work, body, oldest) : signed(work, body, signing)),
        },
        body,
        trusted: this.targets.isOwnSandbox(url),
      },
    };
  }

  judge({ status, retryAfterMs }: Reply): Outcome {
    if (status === null) return 'retry';
    if (status >= 200 && status < 300) return 'done';
    if (status === 410) return 'disable';
    return status === 429 && retryAfterMs !== null ? 'wait' : 'retry';
  }

  feedsBreaker(): boolean {
    return true;
  }

  needsSettling({ outcome }: Settled): boolean {
    return outcome === 'disable';
  }

  /** Tells the account's other endpoints that this one is disabled. */
  async settle(tx: Queryable, settled: Settled[]): Promise<string[]> {
    const toRing: string[] = [];
    for (const { work, outcome } of settled) {
      if (outcome !== 'disable') continue;
      toRing.push(...(await this.tellOfDisabled(tx, work)));
    }
    return toRing;
  }

  /** Belongs to the trace of what the endpoint refused. */
  private tellOfDisabled(tx: Queryable, { accountId, endpointId, traceParent }: DueWork): Promise<string[]> {
    return this.tracing.task(disabling(endpointId, traceParent), async () => {
      const event = await endpointDisabledEvent(tx, accountId, endpointId);
      return event ? this.events.append(tx, [event]) : [];
    });
  }
}

/** During a rotation the old secret signs: this form has room for one signature only. */
function signedForKnit(work: DueWork, body: Buffer, key: SigningKey): Record<string, string> {
  return {
    'webhook-id': work.eventId,
    'x-knit-signature': knitSignature(key, body),
    'x-knit-integration-id': work.integrationId ?? '',
    'x-knit-execution-id': work.eventId,
  };
}

function signed(work: DueWork, body: Buffer, keys: readonly SigningKey[]): Record<string, string> {
  const timestamp = Math.floor(Date.now() / 1_000);
  return {
    'webhook-id': work.eventId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': standardSignature(keys, { id: work.eventId, timestamp, body }),
  };
}

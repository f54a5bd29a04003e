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
import { EventsService } from '#libs/events';
import type { Queryable } from '#libs/store';
import { endpointDisabledEvent } from './endpoint-events.js';
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
  ) {}

  async prepare(work: DueWork, endpoint: SendingEndpoint): Promise<Prepared> {
    const { signing, headers } = await this.secrets.get(endpoint);
    const url = endpoint.url;
    const [oldest] = signing;
    if (url === null || !oldest) return { refuse: { error: 'endpoint_incomplete' } };
    return {
      send: {
        method: 'POST',
        url,
        // Ours come last: whatever an endpoint was registered with cannot replace them.
        headers: {
          ...headers,
          'content-type': 'application/json',
          'user-agent': USER_AGENT,
          ...(endpoint.signature === 'knit' ? signedForKnit(work, oldest) : signed(work, signing)),
        },
        body: work.payload,
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
      const event = await endpointDisabledEvent(tx, work.accountId, work.endpointId);
      if (event) toRing.push(...(await this.events.append(tx, [event])));
    }
    return toRing;
  }
}

/** During a rotation the old secret signs: this form has room for one signature only. */
function signedForKnit(work: DueWork, key: SigningKey): Record<string, string> {
  return {
    'webhook-id': work.eventId,
    'x-knit-signature': knitSignature(key, work.payload),
    'x-knit-integration-id': work.integrationId ?? '',
    'x-knit-execution-id': work.eventId,
  };
}

function signed(work: DueWork, keys: readonly SigningKey[]): Record<string, string> {
  const timestamp = Math.floor(Date.now() / 1_000);
  return {
    'webhook-id': work.eventId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': standardSignature(keys, { id: work.eventId, timestamp, body: work.payload }),
  };
}

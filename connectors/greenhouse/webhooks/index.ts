import type { WebhooksPart } from '#libs/connector-kit';
import { events } from './events.js';
import { parse } from './hints.js';
import { manual } from './manual.js';
import { deliveryId, verify } from './signature.js';
import { subscribing } from './subscribing.js';

/** https://developers.greenhouse.io/webhooks.html */
export const webhooks: WebhooksPart = {
  events,
  // Any value is taken; some receivers want at least 32.
  secretCharacters: 40,
  verify,
  deliveryId,
  parse,
  manual,
  subscribing,
};

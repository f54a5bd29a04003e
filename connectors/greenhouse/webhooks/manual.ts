import type { WebhooksPart } from '#libs/connector-kit';
import { events } from './events.js';

/** Greenhouse takes one event per webhook, so there is one form to fill for each. */
export const manual: WebhooksPart['manual'] = ({ url, secret, errorEmail, vendorName }) => ({
  where: 'Configure > Dev Center > Web Hooks > Web Hooks',
  webhooks: events.map(({ when }) => ({
    name: `${vendorName}: ${when}`,
    when,
    url,
    secret,
    fields: [
      { label: 'Error Recipient Email', value: errorEmail ?? 'the address of whoever looks after this integration' },
      { label: 'Disabled', value: 'No' },
    ],
  })),
  steps: [
    'Open Configure (the gear) > Dev Center > Web Hooks > Web Hooks.',
    'For each entry of the list, fill in "Create a New Web Hook": Name, When, Endpoint URL, Secret Key, Error Recipient Email, Disabled: No. ' +
      'The URL and the secret key are the same every time; only the name and "When" change.',
    'Leave the advanced settings as they are and choose "Create Web hook".',
    'Greenhouse sends a ping at once. If the webhook comes out disabled, the ping failed: check URL and secret key, then set Disabled to "No" again.',
    'Where an entry of "When" is not offered, your plan does not have it: leave that webhook out.',
  ],
});

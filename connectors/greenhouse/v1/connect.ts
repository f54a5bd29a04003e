import { type KeyConnect, basicAuthorization } from '#libs/connector-kit';

/** A key from before v3. https://developers.greenhouse.io/harvest.html#authentication */
export const apiKey: KeyConnect = {
  kind: 'key',
  id: 'api-key',
  label: 'Harvest v1 API key (older accounts)',
  version: 'v1',
  steps: [
    'In Greenhouse open Configure > Dev Center > API Credential Management. It takes the permission "Can manage ALL organization\'s API Credentials".',
    'Take the Harvest key you have for this product: a key of another type does not work here.',
    'Choose "Manage Permissions" next to it, tick the endpoints listed below, and save.',
    'Copy the key. Name a Greenhouse user for this product: every change is made and recorded in the name of a user.',
  ],
  fields: {
    apiKey: {
      label: 'Harvest API key',
      kind: 'secret',
      hint: 'Shown when the key is made, under API Credential Management.',
      pattern: /^[\w-]{8,200}$/,
    },
  },
  // The key is the user name; there is no password.
  authorize: ({ apiKey: key = '' }) => ({ authorization: basicAuthorization(key) }),
};

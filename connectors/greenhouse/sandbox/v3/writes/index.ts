import type { WriteRoute } from '../write-route.js';
import { applicationWrites } from './applications.js';
import { attachmentWrites } from './attachments.js';
import { candidateWrites } from './candidates.js';
import { noteWrites } from './notes.js';
import { organisationWrites } from './organisation.js';
import { partWrites } from './parts.js';
import { webhookWrites } from './webhooks.js';

/** Every write there is. */
export const WRITES: readonly WriteRoute[] = [
  ...candidateWrites,
  ...applicationWrites,
  ...noteWrites,
  ...attachmentWrites,
  ...partWrites,
  ...organisationWrites,
  ...webhookWrites,
];

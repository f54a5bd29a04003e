import type { SandboxContext } from '#libs/connector-kit';
import type { ResourceName } from '../data/company-data.js';
import type { Row } from '../data/rows.js';
import { fileLink } from '../files.js';

/** Resources whose rows have something that is never shown: fields that begin with `_`. */
const HIDING: ReadonlySet<ResourceName> = new Set(['custom_field_options', 'webhooks', 'attachments']);

/** A row as it leaves the house. */
export function presented(name: ResourceName, row: Row, context: SandboxContext): Row {
  if (!HIDING.has(name)) return row;
  const shown = Object.fromEntries(Object.entries(row).filter(([field]) => !field.startsWith('_'))) as Row;
  return name === 'attachments' ? { ...shown, url: fileLink(row, context) } : shown;
}

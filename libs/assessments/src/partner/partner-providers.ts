import { IntakeTelemetry } from '../intake/intake-telemetry.js';
import { PartnerAccessService } from './partner-access.service.js';
import { PartnerDesk } from './partner-desk.js';
import { PartnerMount } from './partner-mount.js';
import { PartnerReportsService } from './partner-reports.service.js';
import { StatusService } from './status.service.js';

/** Everything that answers what ATSs ask. */
export const PARTNER_PROVIDERS = [
  IntakeTelemetry,
  PartnerAccessService,
  PartnerDesk,
  PartnerMount,
  PartnerReportsService,
  StatusService,
];

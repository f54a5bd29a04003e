import { describe, expect, it } from '@jest/globals';
import type { AccountsService } from '#libs/accounts';
import { acmeAts } from '../testing/index.js';
import { type Orderable, SetupKitsService } from './setup-kits.service.js';

const accounts = { getPartner: async () => ({ name: 'Northwind', partnerToken: 'tok' }) } as unknown as AccountsService;
const customer = { originOrgName: 'Globex', secretId: 'sec_1', secretKey: 'ac_1' };
const connector = acmeAts as Orderable;

describe('the set-up kit', () => {
  it('warns when the ATS could not reach the hub', async () => {
    const kits = new SetupKitsService({ publicUrl: 'http://localhost:3000' }, accounts);

    const { warnings, baseUrl } = await kits.instructions('acc_1', connector, customer);

    expect(baseUrl).toBe('http://localhost:3000/partners/acme-ats/tok');
    expect(warnings).toEqual([expect.stringMatching(/^PUBLIC_URL is http:\/\/localhost:3000.*Acme ATS/)]);
  });

  it('does not warn for an ATS that reaches private addresses too', async () => {
    const kits = new SetupKitsService({ publicUrl: 'http://hub' }, accounts);
    const nearby = {
      ...connector,
      assessments: {
        ...connector.assessments,
        setup: () => ({ urls: {}, email: { to: '', subject: '', body: '' }, needsPublicHttps: false }),
      },
    };

    expect((await kits.instructions('acc_1', nearby, customer)).warnings).toEqual([]);
  });
});

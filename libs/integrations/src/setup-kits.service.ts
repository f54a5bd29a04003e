import { Inject, Injectable } from '@nestjs/common';
import { AccountsService } from '#libs/accounts';
import { CONFIG, type Config } from '#libs/config';
import type { Connector } from '#libs/connector-kit';
import type { SecretWithKeyDto } from './secrets.dto.js';
import { isPublicHttps } from './public-address.js';

export type SetupInstructions = Pick<SecretWithKeyDto, 'baseUrl' | 'urls' | 'setupEmail' | 'warnings'>;

/** A connector whose ATS can order assessments. */
export type Orderable = Connector & Required<Pick<Connector, 'assessments'>>;

/** What a customer needs to switch the vendor on in its ATS. */
@Injectable()
export class SetupKitsService {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl'>,
    private readonly accounts: AccountsService,
  ) {}

  /** The addresses are the same for every customer of the account; the key in the e-mail is the customer's own. */
  async instructions(
    accountId: string,
    connector: Orderable,
    customer: { originOrgName: string; secretId: string; secretKey: string },
  ): Promise<SetupInstructions> {
    const { name: vendorName, partnerToken } = await this.accounts.getPartner(accountId);
    const baseUrl = `${this.config.publicUrl}/partners/${connector.slug}/${partnerToken}`;
    const kit = connector.assessments.setup({ vendorName, baseUrl, ...customer });
    return {
      baseUrl,
      urls: kit.urls,
      setupEmail: kit.email,
      warnings: kit.needsPublicHttps ? this.warnings(connector.name) : [],
    };
  }

  private warnings(provider: string): string[] {
    const { publicUrl } = this.config;
    if (isPublicHttps(publicUrl)) return [];
    return [
      `PUBLIC_URL is ${publicUrl}, which is not a public https address: ${provider} cannot reach this hub there.`,
    ];
  }
}

export { AccountsModule } from './accounts.module.js';
export { AccountsService, type CreatedAccount, type PartnerAccount } from './accounts.service.js';
export { newApiKey } from './api-key.js';

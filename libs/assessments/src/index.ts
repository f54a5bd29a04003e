export { AssessmentsModule } from './assessments.module.js';
export { AtsCallbackKind } from './callback/ats-callback.kind.js';
export { CallbackKindModule } from './callback/callback-kind.module.js';
export { PackagesService } from './packages/packages.service.js';

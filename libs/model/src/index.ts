export * from './ids.js';
export * from './assessment.js';
export * from './package.js';
export * from './event.js';
export type * from './page.js';
export * from './ats/index.js';

export * from './models.js';
export * from './filters.js';
export * from './values.js';
export type * from './records.js';
export type * from './evaluation.js';
export type * from './actions.js';

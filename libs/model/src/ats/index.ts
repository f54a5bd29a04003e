export * from './models.js';
export * from './values.js';
export type * from './records.js';
export type * from './actions.js';

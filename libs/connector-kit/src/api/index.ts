export type * from './api-http.js';
export * from './paging.js';
export type * from './connecting.js';
export * from './resources.js';
export * from './names.js';
export * from './actions.js';
export type * from './provider-webhooks.js';
export * from './api-part.js';

export { ERRORS, type ErrorCode, type ErrorSpec, type Fault, type Retry } from './catalogue.js';
export { HubError, type FieldError, type HubErrorParams } from './hub-error.js';

export { AccountId, Caller, IntegrationHeader, type CallerIdentity } from './caller.js';
export { Public, Scopes, SCOPES, SCOPES_KEY, PUBLIC_KEY, type NeededScope, type Scope } from './scopes.js';
export { HttpModule } from './http.module.js';
export { configureHttp, createHttpAdapter } from './http-adapter.js';
export { MAX_BODY_BYTES, acceptRawBodies, parseBody } from './body-reader.js';
export { TakesRaw } from './raw-route.js';
export { onUnreadableAddress } from './unreadable-address.js';
export { parseJsonBody } from './json-body.js';
export { parseFormBody, type Pairs } from './pairs.js';
export { isCleanText } from './clean-text.js';
export { PROBLEMS_PATH, toHubError, type Problem } from './problem.js';
export { TouchesAts } from './idempotency.interceptor.js';
export { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, PageQueryDto } from './page-query.dto.js';
export { type FieldOptions } from './field.js';
export {
  Flag,
  IdString,
  Int,
  JsonObject,
  Name,
  Nested,
  NestedList,
  Num,
  OneOf,
  OneOfList,
  QueryFlag,
  QueryInt,
  StringList,
  Text,
  Timestamp,
  Url,
} from './fields.js';
export { ApiPage, ApiProblem, ProblemDto, problemExample } from './api-docs.js';

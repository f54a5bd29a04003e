import type { IncomingHttpHeaders } from 'node:http';
import {
  type Connector,
  type PartnerFailureKind,
  type PartnerRequest,
  type PartnerRoute,
  UnreadableOrder,
} from '#libs/connector-kit';
import type { ErrorCode, HubError } from '#libs/errors';

/** Why a partner call is refused; the connector puts it into its ATS's words. */
export class PartnerRefusal extends Error {
  constructor(
    readonly kind: PartnerFailureKind,
    readonly reasons: string[] = [REASONS[kind]],
    options?: { cause?: unknown },
  ) {
    super(kind, options);
    this.name = 'PartnerRefusal';
  }
}

/** What plain HTTP would say. */
export const PLAIN_STATUS: Readonly<Record<PartnerFailureKind, number>> = {
  unauthorized: 401,
  not_found: 404,
  bad_request: 400,
  unreadable_order: 422,
  unknown_package: 422,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  method_not_allowed: 405,
  unavailable: 503,
  internal: 500,
};

const REASONS: Readonly<Record<PartnerFailureKind, string>> = {
  unauthorized: 'The key is missing or wrong.',
  not_found: 'There is nothing here.',
  bad_request: 'The request cannot be read.',
  unreadable_order: 'The order cannot be read.',
  unknown_package: 'There is no such test to order.',
  conflict: 'This cannot be done any more.',
  too_large: 'The body is larger than 1 MB.',
  unsupported_media_type: 'The body must be application/json.',
  method_not_allowed: 'This address does not answer that method.',
  unavailable: 'The service is not available at the moment; please try again.',
  internal: 'Something went wrong on our side; it has been noted.',
};

const KIND_OF_CODE: Partial<Record<ErrorCode, PartnerFailureKind>> = {
  not_found: 'not_found',
  body_too_large: 'too_large',
  unsupported_media_type: 'unsupported_media_type',
  method_not_allowed: 'method_not_allowed',
  state_conflict: 'conflict',
  unavailable: 'unavailable',
  internal: 'internal',
};

/** One of our own errors as a refusal; what has no kind of its own is a bad request, with its fields as reasons. */
export function toRefusal(error: HubError): PartnerRefusal {
  const kind = KIND_OF_CODE[error.code] ?? 'bad_request';
  if (kind !== 'bad_request' && kind !== 'conflict') return new PartnerRefusal(kind, undefined, { cause: error.cause });
  const fields = error.errors.map(({ path, message }) => `${path || 'The body'} ${message}.`);
  return new PartnerRefusal(kind, fields.length > 0 ? fields : [error.detail], { cause: error.cause });
}

/** @throws PartnerRefusal with the connector's reasons when it cannot read a body. */
export function readable<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof UnreadableOrder) throw new PartnerRefusal('unreadable_order', error.reasons);
    throw error;
  }
}

/** A route of a connector that a request fits, with what its `:name` parts stand for. */
export interface MatchedRoute {
  route: PartnerRoute;
  params: Record<string, string>;
}

/** Finds a connector's routes by path and method; built once per connector. */
export class PartnerRoutes {
  private readonly entries: { route: PartnerRoute; segments: string[] }[];

  constructor({ assessments }: Connector) {
    this.entries = (assessments?.routes ?? []).flatMap((route) =>
      route.paths.map((path) => ({ route, segments: path.split('/') })),
    );
  }

  /** `path` is below the base address and still percent-encoded. @throws PartnerRefusal */
  match(method: string, path: string): MatchedRoute {
    const parts = path.split('/').map(decoded);
    const fitting = this.entries.flatMap(({ route, segments }) => {
      const params = bind(segments, parts);
      return params ? [{ route, params }] : [];
    });
    if (fitting.length === 0) throw new PartnerRefusal('not_found');
    const matched = fitting.find(({ route }) => route.method === method);
    if (!matched) throw new PartnerRefusal('method_not_allowed');
    return matched;
  }
}

/** The headers of a request as connectors see them. */
export function plainHeaders(headers: IncomingHttpHeaders): PartnerRequest['headers'] {
  const plain: Record<string, string | undefined> = {};
  for (const name in headers) {
    const value = headers[name];
    plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

function bind(segments: string[], parts: (string | null)[]): Record<string, string> | null {
  if (segments.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const part = parts[at];
    if (part === null || part === undefined || part === '') return null;
    if (segment.startsWith(':')) params[segment.slice(1)] = part;
    else if (segment !== part) return null;
  }
  return params;
}

function decoded(part: string): string | null {
  try {
    const text = decodeURIComponent(part);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

import { type Config, ownOrigin } from '#libs/config';
import type { ApiPart, Connector } from '#libs/connector-kit';
import { HubError } from '#libs/errors';

/** A connector whose ATS the hub can call. */
export type CallableConnector = Connector & { api: ApiPart };

/** The region every connector has where the hub hosts stand-ins for ATSs. */
export const SANDBOX_REGION = 'sandbox';

type Place = Pick<Config, 'sandbox' | 'host' | 'port' | 'publicUrl'>;

/** @throws HubError capability_unsupported. */
export function requireCallable(connector: Connector | undefined, provider: string): CallableConnector {
  if (connector?.api) return connector as CallableConnector;
  throw new HubError('capability_unsupported', { detail: `The hub cannot call ${connector?.name ?? provider}.` });
}

/** The regions a connector has on this hub; the first is the default. */
export function regionsOf({ api }: CallableConnector, config: Pick<Config, 'sandbox'>): string[] {
  return [...Object.keys(api.regions), ...(config.sandbox ? [SANDBOX_REGION] : [])];
}

/** Where the ATS's servers are, by host name; null for a region it does not have (any more). */
export function hostsOf(connector: CallableConnector, region: string, config: Place): Record<string, string> | null {
  if (region === SANDBOX_REGION && config.sandbox) return standIns(connector, ownOrigin(config));
  return Object.hasOwn(connector.api.regions, region) ? { ...connector.api.regions[region] } : null;
}

/** As {@link hostsOf}, as a customer's browser reaches them. */
export function browserHostsOf(
  connector: CallableConnector,
  region: string,
  config: Place,
): Record<string, string> | null {
  if (region === SANDBOX_REGION && config.sandbox) return standIns(connector, config.publicUrl);
  return hostsOf(connector, region, config);
}

function standIns({ api, slug }: CallableConnector, origin: string): Record<string, string> {
  const [first = {}] = Object.values(api.regions);
  return Object.fromEntries(Object.keys(first).map((name) => [name, `${origin}/sandbox/${slug}/${name}`]));
}

/** @throws HubError invalid_input. */
export function requireRegion(connector: CallableConnector, region: string | undefined, config: Place): string {
  const regions = regionsOf(connector, config);
  if (region === undefined) return regions[0]!;
  if (regions.includes(region)) return region;
  throw new HubError('invalid_input', {
    errors: [{ path: 'region', message: `must be one of ${regions.join(', ')}` }],
  });
}

import { Inject, Injectable, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { CONFIG, type Config, isSandboxUrl } from '#libs/config';
import { anyConnector, errorCode, Names, Origins, publicConnector, systemNames } from '#libs/delivery';
import { Exchange, type ExchangeLimits, type Wire } from './exchange.js';
import { ACCEPTED_ENCODINGS, unpack } from './unpack.js';

const USER_AGENT = 'Atsume-Api/1';

export interface Outbound {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: Buffer | string | null;
}

/** The HTTP client towards ATSs: kept-alive sockets, public https only, no redirects, replies unpacked and bounded. */
@Injectable()
export class Upstream implements OnApplicationShutdown {
  private readonly anywhere: Origins;
  private readonly publicOnly: Origins;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Optional() names: Names = systemNames,
  ) {
    this.anywhere = new Origins(anyConnector(names));
    this.publicOnly = config.allowPrivateTargets ? this.anywhere : new Origins(publicConnector(names));
  }

  /** Sends one request. Never throws. */
  async exchange({ method, url, headers, body }: Outbound, limits: ExchangeLimits): Promise<Wire> {
    const isOwn = isSandboxUrl(this.config, url.href);
    if (!isOwn && !this.config.allowPrivateTargets && url.protocol !== 'https:') return { error: 'unsafe_target' };
    if (limits.signal?.aborted) return { error: 'aborted' };
    const exchange = new Exchange(limits);
    try {
      const path = url.pathname + url.search;
      (isOwn ? this.anywhere : this.publicOnly).of(url.origin).dispatch(
        {
          method,
          path,
          body,
          headers: { 'user-agent': USER_AGENT, ...headers, 'accept-encoding': ACCEPTED_ENCODINGS },
        },
        exchange,
      );
    } catch (error) {
      exchange.onResponseError(null as never, error as Error);
      return { error: errorCode(error) };
    }
    return this.unpacked(await exchange.done, limits.mostBytes);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.anywhere.destroy(), this.publicOnly.destroy()]);
  }

  private async unpacked(wire: Wire, mostBytes: number): Promise<Wire> {
    if (wire.error !== null) return wire;
    const body = await unpack(wire.body, wire.headers['content-encoding'], mostBytes);
    if (typeof body === 'string') return { error: body };
    const { 'content-encoding': _, 'content-length': __, ...headers } = wire.headers;
    return { ...wire, headers, body };
  }
}

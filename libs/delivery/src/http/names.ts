import { type LookupAddress } from 'node:dns';
import { Resolver, lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { HostsFile, SYSTEM_HOSTS_FILE } from './hosts-file.js';

const LONGEST_LOOKUP_MS = 5_000;
const KEEP_MS = 5_000;
const MOST_KEPT = 4_000;
/** How long the other family may still take once one has answered. */
const GRACE_MS = 250;
const TRY_MS = 1_500;
const TRIES = 3;

export interface NamesOptions {
  /** Name servers as `address:port`; without them, the system's. */
  servers?: readonly string[];
  hostsFile?: string;
  /** Who is asked last about a name that neither the hosts file nor DNS has. */
  system?: (name: string) => Promise<LookupAddress[]>;
}

/** A name without an address: `ENOTFOUND` when there is none, `EAI_AGAIN` when nobody could be asked in time. */
export class NameError extends Error {
  constructor(
    readonly code: 'ENOTFOUND' | 'EAI_AGAIN',
    name: string,
    options?: ErrorOptions,
  ) {
    super(`${name} has no address (${code})`, options);
    this.name = 'NameError';
  }
}

/** Names every resolver keeps on this machine, whatever its configuration says. */
export function isLocalName(host: string): boolean {
  return /(^|\.)localhost\.?$/i.test(host);
}

/**
 * Finds the addresses of names: in the hosts file, then in DNS, and only then through the system's own resolver.
 *
 * That one blocks a thread per question, for as long as a name server keeps silent, and there are two such threads: two
 * names with a dead server would stop everybody's. DNS itself is asked without threads, so a silent name delays itself only.
 */
export class Names {
  private readonly kept = new Map<string, { addresses: LookupAddress[]; until: number }>();
  private readonly underWay = new Map<string, Promise<LookupAddress[]>>();
  private readonly hosts: HostsFile;
  private readonly system: (name: string) => Promise<LookupAddress[]>;
  /** The system is asked one question at a time, which leaves a thread to everything else that asks it. */
  private systemQueue: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: NamesOptions = {}) {
    this.hosts = new HostsFile(options.hostsFile ?? SYSTEM_HOSTS_FILE);
    this.system = options.system ?? ((name) => lookup(name, { all: true }));
  }

  /**
   * All addresses of a name, at least one, IPv4 first. A good answer is kept for five seconds and shared by those who ask at once.
   * @throws NameError after five seconds at the latest.
   */
  async resolve(host: string): Promise<LookupAddress[]> {
    const name = host.replace(/\.$/, '').toLowerCase();
    const found = this.kept.get(name);
    if (found && found.until > performance.now()) return found.addresses;
    const asked = this.underWay.get(name);
    if (asked) return asked;
    const asking = this.ask(name).finally(() => this.underWay.delete(name));
    this.underWay.set(name, asking);
    return asking;
  }

  private async ask(name: string): Promise<LookupAddress[]> {
    const limit = new AbortController();
    const tooLate = pause(LONGEST_LOOKUP_MS, null, { ref: false, signal: limit.signal }).catch(() => null);
    try {
      const addresses = await Promise.race([this.find(name, limit.signal), tooLate]);
      if (addresses === null) throw new NameError('EAI_AGAIN', name);
      if (addresses.length === 0) throw new NameError('ENOTFOUND', name);
      this.keep(name, addresses);
      return addresses;
    } finally {
      limit.abort();
    }
  }

  private async find(name: string, over: AbortSignal): Promise<LookupAddress[]> {
    if (isLocalName(name)) return ['127.0.0.1', '::1'].map(withFamily);
    const local = await this.hosts.addressesOf(name);
    if (local.length > 0) return local.map(withFamily);
    const found = await this.findInDns(name, over);
    return found.length > 0 ? found : this.askSystem(name);
  }

  /** Empty when DNS does not have the name, or when there is no DNS. */
  private async findInDns(name: string, over: AbortSignal): Promise<LookupAddress[]> {
    const resolver = this.newResolver();
    // A silent server is asked on for as long as there are more of them, whoever still waits for it.
    over.addEventListener('abort', () => resolver.cancel(), { once: true });
    const questions = [resolver.resolve4(name), resolver.resolve6(name)] as const;
    const found: string[][] = [[], []];
    const errors: string[] = [];
    const both = Promise.all(
      questions.map((question, at) =>
        question.then(
          (addresses) => void (found[at] = addresses),
          (error: { code?: string }) => void errors.push(error.code ?? ''),
        ),
      ),
    );
    const oneAndGrace = Promise.any(questions).then(
      () => pause(GRACE_MS, null, { ref: false }),
      () => both,
    );
    await Promise.race([both, oneAndGrace]);
    const addresses = found.flat().map(withFamily);
    if (addresses.length === 0 && errors.some((code) => !NOT_THERE.has(code))) throw new NameError('EAI_AGAIN', name);
    return addresses;
  }

  /** One for each name, so that it can be cancelled by itself; it also sees when the system's name servers change. */
  private newResolver(): Resolver {
    const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
    if (this.options.servers) resolver.setServers(this.options.servers);
    return resolver;
  }

  private async askSystem(name: string): Promise<LookupAddress[]> {
    const until = performance.now() + LONGEST_LOOKUP_MS;
    const asking = this.systemQueue.then(() => {
      // Who asked has given up; without this a slow answer would leave a queue of questions that nobody waits for.
      if (performance.now() >= until) throw new NameError('EAI_AGAIN', name);
      return this.system(name);
    });
    this.systemQueue = asking.catch(() => null);
    try {
      return await asking;
    } catch (error) {
      throw new NameError((error as { code?: string }).code === 'EAI_AGAIN' ? 'EAI_AGAIN' : 'ENOTFOUND', name, {
        cause: error,
      });
    }
  }

  private keep(name: string, addresses: LookupAddress[]): void {
    this.kept.delete(name);
    this.kept.set(name, { addresses, until: performance.now() + KEEP_MS });
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value ?? '');
  }
}

/** What DNS says of a name it does not have; refused is what Node says when no name server listens. */
const NOT_THERE = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME', 'ECONNREFUSED', 'ENOTIMP', 'EREFUSED']);

/** The process's own; lookups that it shares are made once. */
export const systemNames = new Names();

function withFamily(address: string): LookupAddress {
  return { address, family: isIP(address) };
}

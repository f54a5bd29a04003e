import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config, isSandboxUrl } from '#libs/config';
import { assertSafeTarget } from './safe-target.js';

/** Where this hub may send things, by its configuration. */
@Injectable()
export class TargetPolicy {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /**
   * Checks a URL that a client gives; `path` names its field.
   * @throws HubError invalid_input or unsafe_target.
   */
  async assertSafe(url: string, path: string): Promise<URL> {
    return assertSafeTarget(url, { allowPrivate: this.config.allowPrivateTargets || this.isOwnSandbox(url), path });
  }

  /** The sandbox of this very process, which is exempt wherever it listens. */
  isOwnSandbox(url: string): boolean {
    return isSandboxUrl(this.config, url);
  }
}

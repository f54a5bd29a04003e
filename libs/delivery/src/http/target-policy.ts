import { Inject, Injectable, Optional } from '@nestjs/common';
import { CONFIG, type Config, isSandboxUrl } from '#libs/config';
import { Names, systemNames } from './names.js';
import { assertSafeTarget } from './safe-target.js';

/** Where this hub may send things, by its configuration. */
@Injectable()
export class TargetPolicy {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Optional() private readonly names: Names = systemNames,
  ) {}

  /**
   * Checks a URL that a client gives; `path` names its field.
   * @throws HubError invalid_input or unsafe_target.
   */
  async assertSafe(url: string, path: string): Promise<URL> {
    const allowPrivate = this.config.allowPrivateTargets || this.isOwnSandbox(url);
    return assertSafeTarget(url, { allowPrivate, path, names: this.names });
  }

  /** The sandbox of this very process, which is exempt wherever it listens. */
  isOwnSandbox(url: string): boolean {
    return isSandboxUrl(this.config, url);
  }
}

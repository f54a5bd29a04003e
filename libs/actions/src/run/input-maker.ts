import { Injectable } from '@nestjs/common';
import { TargetPolicy } from '#libs/delivery';
import { type SaidOfAction, givenFields, refuseIncomplete, refuseUnsupported, toInput } from './action-input.js';
import { MappedInput } from './mapped-input.js';
import { RecordIds } from './record-ids.js';

/** Makes the input of an action of what a caller said. */
@Injectable()
export class InputMaker {
  constructor(
    private readonly ids: RecordIds,
    private readonly mapped: MappedInput,
    private readonly targets: TargetPolicy,
  ) {}

  /** @throws HubError unsupported, invalid_input, unsafe_target, and not_found for what the call is about. */
  async make(said: SaidOfAction): Promise<Record<string, unknown>> {
    const { scope, ats, spec, action, params, body } = said;
    const given = givenFields(spec, params, body);
    const toRemote = await this.ids.resolve(scope, given, new Set<unknown>(spec.params));
    refuseUnsupported(ats, action, given);
    refuseIncomplete(ats, spec, action, given);
    // The ATS fetches it, and must not be led to where only this hub gets.
    if (spec.name === 'attachments.create' && typeof body.url === 'string') {
      await this.targets.assertSafe(body.url, 'url');
    }
    const input = toInput(spec, given, { body, toRemote: (id) => toRemote.get(id)! });
    await this.mapped.add(input, said);
    return input;
  }
}

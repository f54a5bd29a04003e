import { type Action, type ActionContext, ActionRefused } from '#libs/connector-kit';
import type { ActionName } from '#libs/model';
import { z } from 'zod';
import { numberOf } from '../../actions/calls.js';
import { flag, id, ref, text } from '../../resources/wire.js';

/** What is the same for every action of v1: it is done in the name of a user. */
export function define<N extends ActionName>(action: Omit<Action<N>, 'onBehalfOf'>): Action<N> {
  return { ...action, onBehalfOf: 'required' };
}

/** The user to act as, where the body wants it besides the header. */
export function actingUser({ onBehalfOf }: ActionContext): number {
  if (onBehalfOf === null) throw new ActionRefused('Greenhouse does this in the name of a user only.', 'onBehalfOf');
  return numberOf(onBehalfOf, 'onBehalfOf');
}

const Application = z.object({
  id,
  candidate_id: ref,
  status: text,
  prospect: flag,
  jobs: z.array(z.object({ id: ref }).nullish()).nullish(),
  current_stage: z.object({ id: ref, name: text }).nullish(),
});

/** How an application stands in Greenhouse now. One that is not there ends the action as not found. */
export async function readApplication({ send }: ActionContext, remoteId: string) {
  numberOf(remoteId, 'applicationRemoteId');
  const { body } = await send({ method: 'GET', path: `applications/${remoteId}` });
  const { success, data } = Application.safeParse(body);
  if (!success) throw new ActionRefused('Greenhouse did not answer with an application.', 'applicationRemoteId');
  return data;
}

/** @throws ActionRefused when it is not in the state that is wanted. */
export async function applicationThatIs(context: ActionContext, remoteId: string, wanted: 'active' | 'rejected') {
  const application = await readApplication(context, remoteId);
  if (application.status === wanted) return application;
  throw new ActionRefused(
    `The application must be ${wanted} for this; it is ${application.status ?? 'in an unknown state'}.`,
  );
}

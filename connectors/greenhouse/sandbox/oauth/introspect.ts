import type { SandboxContext, SandboxRequest, SandboxResponse } from '#libs/connector-kit';
import { COMPANY } from '../company.js';
import { Refusal } from '../v3/refusal.js';
import { authenticate, readForm } from './token-endpoint.js';
import { readToken } from './tokens.js';

const ORGANIZATION_ID = 4_000_001_003;

/** `POST auth/introspect`: whose token this is, and what was really granted. A client sees its own tokens only. */
export async function introspect(request: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> {
  try {
    const form = readForm(request);
    const client = await authenticate(request, form, context);
    const actor = await readToken(form.token ?? '', context);
    if (typeof actor === 'string' || actor.clientId !== client.id) return { status: 200, body: { active: false } };
    const claims = {
      organization: { id: ORGANIZATION_ID, name: COMPANY.originOrgName },
      user_role: actor.isSiteAdmin ? 'site_admin' : 'basic',
    };
    return {
      status: 200,
      body: {
        active: true,
        client_id: actor.clientId,
        sub: String(actor.userId),
        scope: [...actor.scopes].join(' '),
        'https://auth.greenhouse.io/claims': claims,
      },
    };
  } catch (error) {
    if (error instanceof Refusal) return error.toResponse();
    throw error;
  }
}

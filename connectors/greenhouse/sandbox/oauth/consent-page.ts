import type { SandboxResponse } from '#libs/connector-kit';
import { COMPANY, RECRUITER } from '../company.js';
import type { Client } from './clients.js';

interface Consent {
  client: Client;
  redirectUri: string;
  scopes: readonly string[];
  fields: Readonly<Record<string, string | undefined>>;
}

const KEPT = ['response_type', 'client_id', 'redirect_uri', 'scope', 'state'];

/** The page a customer sees: who asks, for what, and whether the company itself shall be the one that acts. */
export function consentPage({ client, redirectUri, scopes, fields }: Consent & { people: object }): SandboxResponse {
  const hidden = KEPT.filter((name) => fields[name] !== undefined)
    .map((name) => `<input type="hidden" name="${name}" value="${escaped(fields[name]!)}">`)
    .join('\n');
  const items = [...grouped(scopes)]
    .map(([resource, verbs]) => `<li><b>${escaped(resource)}</b> ${escaped(verbs.join(', '))}</li>`)
    .join('\n');
  const main = `
    <h1>${escaped(client.name)} asks for access to ${escaped(COMPANY.originOrgName)}</h1>
    <p>This is the sandbox: the company is invented, and what you allow here touches no real Greenhouse.</p>
    <form method="post" action="authorize">
      ${hidden}
      <fieldset>
        <legend>You are signed in as</legend>
        <label><input type="radio" name="person" value="admin" checked> ${escaped(RECRUITER)} (Site Admin)</label>
        <label><input type="radio" name="person" value="other"> A colleague who is no Site Admin</label>
      </fieldset>
      <label><input type="checkbox" name="service_account" checked> Authorize using a service account</label>
      <p class="hint">The connection then belongs to the company and not to a person who may leave. Site Admins only.</p>
      <h2>What it may do</h2>
      <ul>${items}</ul>
      <p class="actions">
        <button name="decision" value="allow" class="primary">Allow</button>
        <button name="decision" value="deny">Deny</button>
      </p>
    </form>`;
  const { origin } = new URL(redirectUri);
  return page(200, { title: `Authorize ${client.name}`, main, formTargets: origin });
}

export function errorPage(problem: string): SandboxResponse {
  return page(400, { title: 'Not possible', main: `<h1>Not possible</h1><p>${escaped(problem)}</p>`, formTargets: '' });
}

/** `harvest:candidates:list` and `harvest:candidates:create` in one line. */
function grouped(scopes: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const scope of scopes) {
    const [, resource = scope, verb = ''] = scope.split(':');
    groups.set(resource, [...(groups.get(resource) ?? []), verb.replaceAll('_', ' ')]);
  }
  return new Map([...groups].map(([resource, verbs]) => [resource.replaceAll('_', ' '), verbs]));
}

interface Page {
  title: string;
  main: string;
  /** An origin besides our own that the form may lead to: browsers look at redirects, too. */
  formTargets: string;
}

function page(status: number, { title, main, formTargets }: Page): SandboxResponse {
  return {
    status,
    contentType: 'text/html; charset=utf-8',
    headers: {
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action 'self' ${formTargets}; frame-ancestors 'none'; base-uri 'none'`,
    },
    body: `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${escaped(title)}</title>
  <style>${STYLE}</style>
</head>
<body><main>${main}</main></body>
</html>
`,
  };
}

const STYLE = `
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: light-dark(#f4f2ec, #15181a); color: light-dark(#20261f, #eceae3); }
  main { max-width: 40rem; margin: 2rem auto; padding: 1rem 1.5rem 1.5rem; background: light-dark(#fffefb, #1e2326); border-radius: 10px; }
  h1 { font-size: 1.35rem; } h2 { font-size: 1.05rem; }
  fieldset { border: 1px solid light-dark(#dbd6c8, #4a5358); border-radius: 8px; margin: 1rem 0; }
  label { display: block; padding: .35rem 0; } input { width: 1.2rem; height: 1.2rem; vertical-align: -.2rem; margin-right: .4rem; }
  .hint { margin: 0; color: light-dark(#5b6258, #a8afa8); font-size: .9rem; }
  ul { max-height: 18rem; overflow: auto; padding: .5rem .5rem .5rem 1.6rem; margin: 0; border: 1px solid light-dark(#dbd6c8, #4a5358); border-radius: 8px; }
  .actions { display: flex; gap: .75rem; }
  button { font: inherit; min-height: 2.75rem; padding: .4rem 1.5rem; border: 1px solid light-dark(#23594a, #7fd1b6); border-radius: 6px; background: none; color: light-dark(#23594a, #7fd1b6); cursor: pointer; }
  button.primary { background: light-dark(#23594a, #7fd1b6); color: light-dark(#fff, #0d211b); font-weight: 600; }
  :focus-visible { outline: 3px solid light-dark(#23594a, #7fd1b6); outline-offset: 2px; }
`;

function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => names[character]!);
}

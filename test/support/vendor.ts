/** A vendor's product on the hub: its account's key, one customer connected, one test on offer. */
export interface Vendor {
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** The customer's ATS: one partner call with the customer's key. */
  ats(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The hub answers at another address from now on. */
  moveTo(hubUrl: string): void;
  integrationId: string;
  secretKey: string;
}

/** Connects a customer and publishes the test `backend-l2`; the public API throughout. */
export async function aVendor(firstUrl: string, apiKey: string): Promise<Vendor> {
  let hubUrl = firstUrl;
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const reply = await fetch(hubUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  };
  const secret = await call<{ integrationId: string; secretKey: string; baseUrl: string }>(
    'POST',
    '/v1/ats/assessments/secrets',
    {
      provider: 'greenhouse',
      originOrgId: 'customer-1',
      originOrgName: 'Customer',
    },
  );
  await call('PUT', '/v1/ats/assessments/packages', {
    packages: [{ id: 'backend-l2', name: 'Backend Engineer, level 2' }],
  });
  const authorization = `Basic ${Buffer.from(`${secret.secretKey}:`).toString('base64')}`;
  return {
    call,
    moveTo: (url) => {
      hubUrl = url;
    },
    integrationId: secret.integrationId,
    secretKey: secret.secretKey,
    ats: (method, path, body, headers) =>
      fetch(`${hubUrl}${new URL(secret.baseUrl).pathname}/${path}`, {
        method,
        headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        body: body === undefined ? null : JSON.stringify(body),
      }),
  };
}

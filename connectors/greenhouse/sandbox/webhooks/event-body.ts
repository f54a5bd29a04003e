/** Characters that mean something in HTML are written as escapes; the signature is made over these bytes. */
export function eventBody(action: string, payload: unknown): string {
  const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
  return JSON.stringify({ action, payload }).replace(/[<>&]/g, (character) => escapes[character]!);
}

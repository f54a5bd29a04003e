/**
 * Whether a result may be told at this address: https on its usual port, without credentials, at a host that the
 * connector names (`*.example.com` covers every subdomain) or that an operator has allowed for the integration.
 */
export function isAllowedCallback(address: string, hosts: { connector: string[]; integration: string[] }): boolean {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.port !== '') return false;
  const host = url.hostname.replace(/\.$/, '');
  return hosts.integration.includes(host) || hosts.connector.some((pattern) => covers(pattern, host));
}

function covers(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) && host.length >= pattern.length : host === pattern;
}

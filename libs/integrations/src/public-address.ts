import ipaddr from 'ipaddr.js';

/** Whether others on the internet could reach this address: https, and neither a private IP nor a name only we know. */
export function isPublicHttps(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:') return false;
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() === 'unicast';
  return (
    host.includes('.') && !/\.(localhost|local|internal|intranet|lan|home|corp|test|invalid|example)\.?$/.test(host)
  );
}

import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const IPV6_GLOBAL = ipaddr.IPv6.parse('2000::');
const NAT64 = ipaddr.IPv6.parse('64:ff9b::');
/** Azure's servers for its own machines, which answer on an address that looks public. */
const AZURE_WIRE_SERVER = '168.63.129.16';
const ISATAP_MARKS = ['0:5efe', '200:5efe'];

/**
 * Whether an IP address is one that the whole internet can route to: no loopback, private, link-local, carrier-grade
 * NAT, multicast, reserved or documentation range, also not wrapped into IPv6 (mapped, 6to4, NAT64, Teredo, ISATAP).
 * What is no IP address in its usual form is not.
 */
export function isGlobalUnicast(address: string): boolean {
  // A zone (`%eth0`) picks an interface of this machine, which is no business of the internet's.
  if (isIP(address) === 0 || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv4 ? isGlobalIpv4(parsed) : isGlobalIpv6(parsed);
}

function isGlobalIpv4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && address.toString() !== AZURE_WIRE_SERVER;
}

function isGlobalIpv6(address: ipaddr.IPv6): boolean {
  const inner = embeddedIpv4(address);
  if (inner) return isGlobalIpv4(inner);
  return address.match(IPV6_GLOBAL, 3) && address.range() === 'unicast';
}

/** The IPv4 address that a packet to this IPv6 address ends up at, where the form says so. */
function embeddedIpv4(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  const { parts } = address;
  if (address.match(NAT64, 96)) return ipv4Of(parts[6], parts[7]);
  if (parts[0] === 0x2002) return ipv4Of(parts[1], parts[2]);
  if (ISATAP_MARKS.includes(`${hex(parts[4])}:${hex(parts[5])}`)) return ipv4Of(parts[6], parts[7]);
  return null;
}

function ipv4Of(high = 0, low = 0): ipaddr.IPv4 {
  return new ipaddr.IPv4([high >> 8, high & 255, low >> 8, low & 255]);
}

function hex(part = 0): string {
  return part.toString(16);
}

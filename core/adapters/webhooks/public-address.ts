import { BlockList, isIP } from "node:net";

// What is not of the public internet, from the special-purpose registries of IANA
// (https://www.iana.org/assignments/iana-ipv4-special-registry): this host, private, shared, loopback, link-local (with the clouds' metadata
// services), documentation, benchmarks, multicast, reserved.
const closedV4: readonly [string, number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];
// Of IPv6 only global unicast is public, and of that not what stands for an IPv4 address (6to4, Teredo) or is for documentation.
const closedV6: readonly [string, number][] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const v4 = new BlockList();
for (const [net, bits] of closedV4) v4.addSubnet(net, bits, "ipv4");
const v6 = new BlockList();
for (const [net, bits] of closedV6) v6.addSubnet(net, bits, "ipv6");
const globalUnicast = new BlockList();
globalUnicast.addSubnet("2000::", 3, "ipv6");

/** True for an address of the public internet; false for every other text. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !v4.check(address, "ipv4");
    case 6:
      return globalUnicast.check(address, "ipv6") && !v6.check(address, "ipv6");
    default:
      return false;
  }
}

/** The address that a URL's host name is, without the brackets of IPv6; undefined when it is a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? undefined : bare;
}

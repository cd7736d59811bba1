/** The n-th customer's address, from 1: what is loaded, and what the sink must see once. */
export function addressOf(agency: string, index: number): string {
  return `customer-${index}@${agency}.example`;
}

/** Sums of hashes are kept below it, so that a double holds them whatever the number of customers is. */
const MODULUS = 2 ** 48;

/** Adds hashes up, as a number that a double holds exactly. */
export function addHashes(sum: number, more: number): number {
  return (sum + more) % MODULUS;
}

/** The sum of the FNV-1a hashes of the first so many addresses, as the sink adds them up. */
export function sumOfHashes(agency: string, size: number): number {
  let sum = 0;
  for (let index = 1; index <= size; index += 1) sum = addHashes(sum, fnv1a(addressOf(agency, index)));
  return sum;
}

/** 32-bit FNV-1a of an ASCII text. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** The seed of history `index` of a series: all different, and none a neighbour of the next. */
export function seedOf(base: number, index: number): number {
  let mixed = (base + Math.imul(index, 0x9e3779b1)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

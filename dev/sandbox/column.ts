/** A typed array that grows by doubling: a few bytes for each of millions of rows, and nothing for the collector to walk. */
export type Column = {
  readonly length: number;
  get(index: number): number;
  set(index: number, value: number): void;
  push(value: number): void;
  clear(): void;
};

type NumberArray = Uint8Array | Uint32Array | Float64Array;

const FIRST_CAPACITY = 1024;

export function createColumn(allocate: (length: number) => NumberArray): Column {
  let values = allocate(FIRST_CAPACITY);
  let length = 0;
  return {
    get length() {
      return length;
    },
    get: (index) => values[index] ?? 0,
    set(index, value) {
      values[index] = value;
    },
    push(value) {
      if (length === values.length) {
        const wider = allocate(values.length * 2);
        wider.set(values);
        values = wider;
      }
      values[length++] = value;
    },
    clear() {
      values = allocate(FIRST_CAPACITY);
      length = 0;
    },
  };
}

export const bytes = (length: number): Uint8Array => new Uint8Array(length);
export const integers = (length: number): Uint32Array => new Uint32Array(length);
export const doubles = (length: number): Float64Array => new Float64Array(length);

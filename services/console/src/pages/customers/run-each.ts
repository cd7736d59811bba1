// A few at once hide the way to the server; more would only wait there.
const maxAtOnce = 4;

/** How far a piece of work over many got: how many are done, and what failed first. */
export type EachResult = { done: number; failed: number; firstError: unknown };

/** Does something for each item, a few at once, until `signal` stops it. A failure does not stop the others. */
export async function runEach<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
  { onProgress, signal }: { onProgress?: (finished: number) => void; signal?: AbortSignal } = {},
): Promise<EachResult> {
  const result: EachResult = { done: 0, failed: 0, firstError: undefined };
  let next = 0;
  const worker = async () => {
    while (next < items.length && signal?.aborted !== true) {
      const item = items[next++] as T;
      try {
        await work(item);
        result.done += 1;
      } catch (error) {
        result.failed += 1;
        result.firstError ??= error;
      }
      onProgress?.(result.done + result.failed);
    }
  };
  await Promise.all(Array.from({ length: Math.min(maxAtOnce, items.length) }, worker));
  return result;
}

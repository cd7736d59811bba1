import type { Bench } from "../setup/bench.ts";
import { setLatency } from "./sink.ts";

/** About what a provider on the internet takes to answer a call. */
export const FAR_PROVIDER_MS = 100;

/** While this works the provider is far away; behind it, it answers at once again. */
export async function withFarProvider<T>({ sink }: Pick<Bench, "sink">, work: () => Promise<T>): Promise<T> {
  await setLatency(sink.url, FAR_PROVIDER_MS);
  try {
    return await work();
  } finally {
    await setLatency(sink.url, 0);
  }
}

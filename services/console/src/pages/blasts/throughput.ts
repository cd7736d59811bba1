/** Mails accepted a second, at moments in seconds since 1970, ascending. */
export type Rates = { times: number[]; perSecond: number[] };

/** A bucket of the curve that the API keeps: how many were accepted from `start` on, in `bucketSeconds`. */
export type Bucket = { start: number; accepted: number };

/** What the stream said: so many accepted at that moment (seconds since 1970). */
export type Sample = { at: number; accepted: number };

// Shorter spans make the line jump with the ticks of the server.
const leastSpanSeconds = 1;
const silenceSeconds = 2 * leastSpanSeconds;
// Twenty minutes of samples a second apart; older ones are in the API's own curve when the page is opened again.
const maxSamples = 1_200;

/**
 * Adds a sample. One within the same second replaces the last, so that the list stays short; a step back begins anew. The stream tells every
 * change at once, so after a silence nothing had changed until a moment ago.
 */
export function addSample(samples: readonly Sample[], next: Sample): Sample[] {
  const last = samples.at(-1);
  if (last === undefined || next.accepted < last.accepted) return [next];
  if (next.at - last.at > silenceSeconds) {
    const until = { at: next.at - leastSpanSeconds, accepted: last.accepted };
    return [...samples, until, next].slice(-maxSamples);
  }
  const before = samples.at(-2);
  const tooSoon = before !== undefined && last.at - before.at < leastSpanSeconds;
  return [...(tooSoon ? samples.slice(0, -1) : samples), next].slice(-maxSamples);
}

/** The rate between each two samples, at the later one. */
export function liveRates(samples: readonly Sample[]): Rates {
  const rates: Rates = { times: [], perSecond: [] };
  for (const [at, sample] of samples.entries()) {
    const before = samples[at - 1];
    if (before === undefined || sample.at - before.at < leastSpanSeconds / 2) continue;
    rates.times.push(sample.at);
    rates.perSecond.push((sample.accepted - before.accepted) / (sample.at - before.at));
  }
  return rates;
}

/** The curve as rates; buckets in which nothing happened are left out by the API and are zero here. */
export function curveRates(buckets: readonly Bucket[], bucketSeconds: number): Rates {
  const rates: Rates = { times: [], perSecond: [] };
  const add = (time: number, perSecond: number) => {
    rates.times.push(time);
    rates.perSecond.push(perSecond);
  };
  for (const [at, bucket] of buckets.entries()) {
    const before = buckets[at - 1];
    if (before !== undefined && bucket.start - before.start > bucketSeconds) {
      add(before.start + bucketSeconds, 0);
      if (bucket.start - before.start > 2 * bucketSeconds) add(bucket.start - bucketSeconds, 0);
    }
    add(bucket.start, bucket.accepted / bucketSeconds);
  }
  const last = buckets.at(-1);
  if (last !== undefined) add(last.start + bucketSeconds, 0);
  return rates;
}

/** The curve up to the moment from which the page has its own samples, and those from then on. */
export function joinRates(curve: Rates, live: Rates): Rates {
  const from = live.times[0] ?? Number.POSITIVE_INFINITY;
  const kept = curve.times.filter((time) => time < from).length;
  return {
    times: [...curve.times.slice(0, kept), ...live.times],
    perSecond: [...curve.perSecond.slice(0, kept), ...live.perSecond],
  };
}

import { useEffect, useMemo, useRef, useState } from "react";
import { type Blast, BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { useQuery } from "@connectrpc/connect-query";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { addSample, curveRates, joinRates, liveRates, type Rates, type Sample } from "./throughput.ts";

// The figures read every delivery once: a second for some 300,000. So a large blast is asked about seldom.
const leastRefreshMs = 10_000;
const refreshMsPerCustomer = 0.2;

/** The figures of a blast, read again now and then while it runs; seldom when it is large. */
export function useStatistics(blast: Blast) {
  const runs = blast.completedAt === undefined;
  return useQuery(
    BlastService.method.getBlastStatistics,
    { blastId: blast.id },
    {
      refetchInterval: Math.max(
        leastRefreshMs,
        (blast.balanceSheet?.audience ?? 0) * refreshMsPerCustomer * (runs ? 1 : 3),
      ),
      staleTime: leastRefreshMs,
    },
  );
}

/** Mails accepted a second: from the API's curve for the time before the page was opened, and from the stream since. */
export function useThroughput(blast: Blast): Rates {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const accepted = blast.balanceSheet?.accepted ?? 0;
  const runs = blast.completedAt === undefined;
  const before = useRef(-1);
  useEffect(() => {
    // Nothing new from a blast that has ended before the page was opened; the last change of one that ends is kept.
    if (!runs && before.current === -1) return;
    if (before.current === accepted) return;
    before.current = accepted;
    setSamples((known) => addSample(known, { at: Date.now() / 1000, accepted }));
  }, [accepted, runs]);
  const { data, refetch } = useStatistics(blast);
  const ended = useRef(runs);
  useEffect(() => {
    if (ended.current && !runs) void refetch();
    ended.current = runs;
  }, [runs, refetch]);
  return useMemo(() => {
    const curve = (data?.curve ?? []).flatMap(({ start, accepted: inBucket }) =>
      start === undefined ? [] : [{ start: timestampMs(start) / 1000, accepted: inBucket }],
    );
    return joinRates(curveRates(curve, data?.bucketSeconds || 1), liveRates(samples));
  }, [data, samples]);
}

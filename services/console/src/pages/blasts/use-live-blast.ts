import { createConnectQueryKey, useQuery, useTransport } from "@connectrpc/connect-query";
import { create } from "@bufbuild/protobuf";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Blast, BlastService, GetBlastResponseSchema } from "#gen/fanfare/api/v1/blast_pb.js";
import { useStream } from "../../connect/use-stream.ts";

/** A blast that keeps itself up to date, and whether it still changes. */
export type LiveBlast = {
  blast: Blast | undefined;
  error: unknown;
  /** It runs, and its changes arrive by themselves. */
  live: boolean;
  /** It runs, but the stream broke; what is shown may be old. */
  broken: boolean;
  refetch: () => void;
};

/**
 * Follows a blast: read once, then by WatchBlast until it has ended. What the stream says goes into the cache of GetBlast, so that every
 * part of the page, and an answer to a click, agree on one version. A blast that goes on again is followed again.
 */
export function useLiveBlast(blastId: string): LiveBlast {
  const transport = useTransport();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(BlastService.method.getBlast, { blastId });
  const runs = data?.blast !== undefined && data.blast.completedAt === undefined;
  const stream = useStream(BlastService.method.watchBlast, runs ? { blastId } : undefined);
  const told = stream.latest?.blast;
  useEffect(() => {
    if (told === undefined) return;
    const key = createConnectQueryKey({
      schema: BlastService.method.getBlast,
      input: { blastId },
      transport,
      cardinality: "finite",
    });
    client.setQueryData(key, create(GetBlastResponseSchema, { blast: told }));
  }, [told, blastId, client, transport]);
  return {
    blast: data?.blast,
    error: data === undefined ? error : undefined,
    live: runs && stream.live,
    broken: runs && !stream.live && stream.error !== undefined,
    refetch: () => void refetch(),
  };
}

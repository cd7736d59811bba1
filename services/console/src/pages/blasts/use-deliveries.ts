import { useInfiniteQuery } from "@connectrpc/connect-query";
import { useCallback, useMemo } from "react";
import { BlastService, type Delivery, DeliveryState } from "#gen/fanfare/api/v1/blast_pb.js";

/** Which deliveries of a blast are shown. */
export type DeliveryFilter = { blastId: string; state?: DeliveryState; reason?: string; search?: string };

// The first screen is there at once; what follows comes in pages that are worth a call.
const firstRows = 100;
const pageRows = 500;
const refreshMs = 3_000;

/**
 * The deliveries of a blast, page after page. While the blast runs and only the first page was read, it is read again now and then; further
 * down the rows stay as they were read, so that nothing moves under the pointer.
 */
export function useDeliveries(filter: DeliveryFilter, live: boolean) {
  const { blastId, state = DeliveryState.UNSPECIFIED, reason = "", search = "" } = filter;
  const query = useInfiniteQuery(
    BlastService.method.listDeliveries,
    { blastId, state, reason, search, page: { size: firstRows, token: "" } },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: pageRows, token: page.nextToken } : undefined,
      // Comparing a hundred thousand rows with themselves would cost more than drawing forty.
      structuralSharing: false,
      staleTime: 0,
      refetchInterval: ({ state: { data } }) => (live && (data?.pages.length ?? 0) <= 1 ? refreshMs : false),
      refetchOnWindowFocus: false,
    },
  );
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const rows = useMemo<Delivery[] | undefined>(() => data?.pages.flatMap((page) => page.deliveries), [data]);
  const readMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);
  return { rows, error: query.error, more: hasNextPage, readMore, refetch: () => void query.refetch() };
}

import { createConnectQueryKey, useInfiniteQuery, useQuery } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { ActivityService } from "#gen/fanfare/api/v1/activity_pb.js";
import { type Customer, CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import type { CustomersSearch } from "./search.ts";

// The first screen is there at once; what follows comes in pages that are worth a call.
const firstRows = 100;
const pageRows = 500;
// As many as one call brings; a choice among more would not be read anyway.
const maxLists = 1_000;

/** The customers that fit, page after page. */
export function useCustomers({ search = "", list = "" }: CustomersSearch) {
  const query = useInfiniteQuery(
    CustomerService.method.listCustomers,
    { search, listId: list, page: { size: firstRows, token: "" } },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: pageRows, token: page.nextToken } : undefined,
      // Comparing a hundred thousand rows with themselves would cost more than drawing forty.
      structuralSharing: false,
      refetchOnWindowFocus: false,
    },
  );
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const rows = useMemo<Customer[] | undefined>(() => data?.pages.flatMap((page) => page.customers), [data]);
  const readMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);
  return { rows, error: query.error, more: hasNextPage, readMore, refetch: () => void query.refetch() };
}

/** All lists of the agency, or those that one customer is on. */
export function useLists(customerId = "") {
  return useQuery(CustomerService.method.listCustomerLists, { page: { size: maxLists }, customerId });
}

/** Tells every page that customers, lists, suppressions or what is known of them changed. */
export function useCustomersChanged(): () => void {
  const client = useQueryClient();
  return useCallback(() => {
    // A long table starts anew, instead of reading each of its pages again.
    void client.resetQueries({
      queryKey: createConnectQueryKey({
        schema: CustomerService.method.listCustomers,
        cardinality: "infinite",
      }),
    });
    for (const schema of [CustomerService, ActivityService])
      void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema, cardinality: undefined }) });
  }, [client]);
}

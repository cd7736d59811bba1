import type { PageResponse } from "#gen/fanfare/api/v1/page_pb.js";

/** The contract's largest page. */
const PAGE_MAX = 1_000;
const UNLIMITED = 0;

export type FetchPage<Row> = (page: {
  size: number;
  token: string;
}) => Promise<{ rows: readonly Row[]; page: PageResponse | undefined }>;

/** Pages of a list, `limit` rows in all (0: every row). A page that ends the list early says whether more would follow. */
export async function* readPages<Row>(
  limit: number,
  fetchPage: FetchPage<Row>,
): AsyncGenerator<{ rows: readonly Row[]; more: boolean }> {
  let left = limit === UNLIMITED ? Number.POSITIVE_INFINITY : limit;
  let token = "";
  do {
    const answer = await fetchPage({ size: Math.min(PAGE_MAX, left), token });
    left -= answer.rows.length;
    const next = answer.page?.nextToken ?? "";
    yield { rows: answer.rows, more: next !== "" };
    // The same token again would go round for ever.
    if (next === token) return;
    token = next;
  } while (token !== "" && left > 0);
}

/** Rows one by one, until the reader has enough. */
export async function* readRows<Row>(limit: number, fetchPage: FetchPage<Row>): AsyncGenerator<Row> {
  for await (const { rows } of readPages(limit, fetchPage)) yield* rows;
}

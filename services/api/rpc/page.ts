import { Code } from "@connectrpc/connect";
import type { PageRequest, PageResponse } from "#gen/fanfare/api/v1/page_pb.js";
import { fail } from "./fail.ts";

/** A page to read: at most `size` rows that come after the cursor `after`; undefined is the first page. */
export type Page = { size: number; after: string | undefined };

/** A cursor of several parts, for lists ordered by more than an id. */
export type CursorParts = readonly (string | number)[];

const defaultSize = 50;
// The contract's limit; said again so that no caller inside the house asks for more either.
const maxSize = 1000;
// Raised when the meaning of a token changes: older tokens are then refused instead of misread.
const version = 1;
const maxTokenLength = 500;

/**
 * What the caller asks for. Throws InvalidArgument for a token that this API did not make.
 * `checkCursor` says whether the cursor is one of this list; default: a UUID, as most lists go by id.
 */
export function readPage(
  request: PageRequest | undefined,
  checkCursor: (cursor: string) => boolean = isUuid,
): Page {
  const size = Math.min(request?.size || defaultSize, maxSize);
  const token = request?.token ?? "";
  if (token === "") return { size, after: undefined };
  const cursor = decodeToken(token);
  if (cursor === undefined || !checkCursor(cursor)) {
    throw fail(Code.InvalidArgument, {
      reason: "invalid_page_token",
      message: "The page token was not made by this list.",
      field: "page.token",
      hint: "Send next_token of the page before as it is, or leave it empty for the first page.",
    });
  }
  return { size, after: cursor };
}

/** One page out of `size + 1` rows asked for: the extra row only tells that there is a next page. */
export function makePage<Row>(
  rows: readonly Row[],
  size: number,
  cursorOf: (row: Row) => string,
): { rows: readonly Row[]; page: Pick<PageResponse, "nextToken"> } {
  const kept = rows.slice(0, size);
  const last = kept.at(-1);
  const more = rows.length > size && last !== undefined;
  return { rows: kept, page: { nextToken: more ? encodeToken(cursorOf(last)) : "" } };
}

/** Makes one cursor of several parts. */
export function joinCursor(parts: CursorParts): string {
  return JSON.stringify(parts);
}

/** The parts of a cursor that `joinCursor` made; undefined when it has not this many. */
export function splitCursor(cursor: string, count: number): (string | number)[] | undefined {
  try {
    const parts: unknown = JSON.parse(cursor);
    if (!Array.isArray(parts) || parts.length !== count) return undefined;
    return parts.every((part) => typeof part === "string" || Number.isFinite(part)) ? parts : undefined;
  } catch {
    return undefined;
  }
}

/** True for a UUID in text. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function encodeToken(cursor: string): string {
  return Buffer.from(JSON.stringify([version, cursor])).toString("base64url");
}

function decodeToken(token: string): string | undefined {
  if (token.length > maxTokenLength || !/^[\w-]+$/.test(token)) return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (!Array.isArray(parts) || parts.length !== 2 || parts[0] !== version) return undefined;
    return typeof parts[1] === "string" ? parts[1] : undefined;
  } catch {
    return undefined;
  }
}

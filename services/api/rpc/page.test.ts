import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PageRequestSchema } from "#gen/fanfare/api/v1/page_pb.js";
import { joinCursor, makePage, readPage, splitCursor } from "./page.ts";

const request = (size: number, token: string) => create(PageRequestSchema, { size, token });

describe("pages", () => {
  it("visit every row once, whatever the size", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(), { maxLength: 50 }),
        fc.integer({ min: 1, max: 60 }),
        (ids, size) => {
          const sorted = ids.toSorted((left, right) => left - right);
          const seen: number[] = [];
          let token = "";
          do {
            const { after } = readPage(request(size, token), () => true);
            const from = after === undefined ? 0 : sorted.indexOf(Number(after)) + 1;
            const { rows, page } = makePage(sorted.slice(from, from + size + 1), size, String);
            seen.push(...rows);
            token = page.nextToken;
          } while (token !== "");
          expect(seen).toEqual(sorted);
        },
      ),
    );
  });

  it("refuse every token that no list made", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (token) => {
        expect(() => readPage(request(0, token))).toThrow("page token");
      }),
    );
  });

  it("have 50 rows when nobody says how many, and 1,000 at most", () => {
    expect(readPage(undefined).size).toBe(50);
    expect(readPage(request(5_000, "")).size).toBe(1_000);
  });

  it("keep the parts of a cursor apart, whatever is in them", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.maxSafeInteger()), { minLength: 1 }), (parts) => {
        expect(splitCursor(joinCursor(parts), parts.length)).toEqual(parts);
        expect(splitCursor(joinCursor(parts), parts.length + 1)).toBeUndefined();
      }),
    );
  });
});

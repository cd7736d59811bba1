import { createHash, timingSafeEqual } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { agencyHeader } from "../rpc/caller.ts";
import { fail } from "../rpc/fail.ts";
import { isUuid } from "../rpc/page.ts";
import type { Authenticate } from "./authenticate.ts";

/**
 * Lets workers of the house in by keys of their own. Such a key opens the few RPCs that name its worker (`requireService`) and
 * no other, for the agency that the header names. `reporterKey` undefined: there is no such key.
 */
export function withServiceKeys(
  authenticate: Authenticate,
  keys: { reporterKey: string | undefined },
): Authenticate {
  const reporter = keys.reporterKey === undefined ? undefined : sha256(keys.reporterKey);
  return async (header) => {
    const key = /^bearer\s+(\S+)$/i.exec(header.get("authorization")?.trim() ?? "")?.[1];
    if (reporter === undefined || key === undefined || !timingSafeEqual(sha256(key), reporter))
      return authenticate(header);
    const agencyId = header.get(agencyHeader)?.trim().toLowerCase() ?? "";
    if (isUuid(agencyId)) return { kind: "service", service: "reporter", agencyId };
    throw fail(Code.InvalidArgument, {
      reason: "invalid_agency_header",
      message: `The header ${agencyHeader} is not the id of an agency.`,
      field: agencyHeader,
      hint: "A worker's key acts for one agency at a time: send its id, a UUID.",
    });
  };
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

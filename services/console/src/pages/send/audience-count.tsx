import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { plural } from "../../format/numbers.ts";
import { useDebounced } from "../../format/use-debounced.ts";
import { Badge } from "../../ui/badge.tsx";
import { type AudienceChoice, audienceOf } from "./draft.ts";

const restMs = 250;

/** How many customers the choice has now; follows the typing. */
export function AudienceCount({ choice }: { choice: AudienceChoice }) {
  const audience = useDebounced(audienceOf(choice), restMs);
  const { data, isFetching } = useQuery(
    BlastService.method.countAudience,
    audience === undefined ? {} : { audience },
    { enabled: audience !== undefined, placeholderData: keepPreviousData },
  );
  const known = audience !== undefined && data !== undefined;
  return (
    <span role="status" aria-busy={isFetching}>
      {known ? (
        <Badge tone={data.customers === 0 ? "warn" : "accent"}>
          {data.atLeast ? "at least " : ""}
          {plural(data.customers, "customer")}
        </Badge>
      ) : null}
    </span>
  );
}

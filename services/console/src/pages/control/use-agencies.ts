import { useQuery } from "@connectrpc/connect-query";
import { type Agency, AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { useSession } from "../../app/session.ts";

// The most that one page of the API has; beyond it ids are shown in place of names.
const maxAgencies = 1_000;
// Names change seldom.
const staleMs = 60_000;

/** Every agency by id, for operators; others get none. */
export function useAgencies(): { agencies: readonly Agency[]; nameOf: (agencyId: string) => string } {
  const { operator } = useSession();
  const { data } = useQuery(
    AgencyService.method.listAgencies,
    { page: { size: maxAgencies } },
    { enabled: operator, staleTime: staleMs },
  );
  const agencies = data?.agencies ?? [];
  const nameOf = (agencyId: string) =>
    agencies.find(({ id }) => id === agencyId)?.settings?.name ?? `Agency …${agencyId.slice(-8)}`;
  return { agencies, nameOf };
}

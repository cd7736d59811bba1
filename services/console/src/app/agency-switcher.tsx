import { useQuery } from "@connectrpc/connect-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { queryClient } from "../connect/query-client.ts";
import { SelectField } from "../ui/field.tsx";
import styles from "./agency-switcher.module.css";

// Above this many the control room's page of agencies finds them better than a list.
const maxListed = 200;

/** The agency an operator acts for; the choice is in the address, so links keep it. */
export function AgencySwitcher() {
  const { agency = "" } = useSearch({ strict: false });
  const navigate = useNavigate();
  const { data } = useQuery(AgencyService.method.listAgencies, { page: { size: maxListed } });
  const choose = (id: string) => {
    // What was read for one agency must not be shown for another.
    queryClient.clear();
    if (id === "") void navigate({ to: "/control/queues", search: {} });
    else void navigate({ to: "/blasts", search: { agency: id } });
  };
  return (
    <div className={styles.switcher}>
      <SelectField label="Agency" value={agency} onChange={(event) => choose(event.target.value)}>
        <option value="">None: the platform</option>
        {data?.agencies.map((one) => (
          <option key={one.id} value={one.id}>
            {one.settings?.name}
          </option>
        ))}
      </SelectField>
    </div>
  );
}

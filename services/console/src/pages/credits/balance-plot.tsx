import { useQuery } from "@connectrpc/connect-query";
import { useMemo } from "react";
import { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { count } from "../../format/numbers.ts";
import { useZone } from "../../format/time.tsx";
import { Card } from "../../ui/card.tsx";
import { LineChart } from "../../ui/line-chart.tsx";
import { ErrorState, Loading } from "../../ui/states.tsx";
import { chartOf } from "./balance-chart.ts";

// The most that one page of the ledger has; a large blast books some hundred entries.
const maxEntries = 1_000;

/** How balance and reservation went over the newest entries of the ledger, counted back from what they are now. */
export function BalancePlot({ balance, reserved }: { balance: bigint; reserved: bigint }) {
  const zone = useZone();
  const { data, error, refetch } = useQuery(AgencyService.method.listLedger, { page: { size: maxEntries } });
  const entries = data?.entries;
  const chart = useMemo(
    () => (entries === undefined ? undefined : chartOf(entries, balance, reserved, zone)),
    [entries, balance, reserved, zone],
  );
  const all = data?.page?.nextToken === "";
  return (
    <Card title={all ? "Balance over time" : `Balance over the last ${count(maxEntries)} entries`}>
      {chart !== undefined ? (
        chart.times.length < 2 ? (
          <p className="muted">There is something to draw once there are two entries.</p>
        ) : (
          <LineChart label={`Balance over time; it is ${count(balance)} now`} data={chart} />
        )
      ) : error === null ? (
        <Loading lines={5} label="Loading the plot" />
      ) : (
        <ErrorState error={error} retry={() => void refetch()} />
      )}
    </Card>
  );
}

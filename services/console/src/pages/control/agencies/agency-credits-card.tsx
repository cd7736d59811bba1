import type { Transport } from "@connectrpc/connect";
import { useQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { count } from "../../../format/numbers.ts";
import { Button } from "../../../ui/button.tsx";
import { Card, Figure, Figures } from "../../../ui/card.tsx";
import { ErrorState, Loading } from "../../../ui/states.tsx";
import { TopUpDialog } from "../../credits/top-up-dialog.tsx";

/** What the agency can still spend, and the way to more. */
export function AgencyCreditsCard({ agencyId, transport }: { agencyId: string; transport: Transport }) {
  const { data, error, refetch } = useQuery(AgencyService.method.getCredits, {}, { transport });
  const [open, setOpen] = useState(false);
  return (
    <Card title="Credits" actions={<Button onClick={() => setOpen(true)}>Top up…</Button>}>
      {data !== undefined ? (
        <Figures>
          <Figure label="Balance" value={count(data.balance)} />
          <Figure label="Reserved" value={count(data.reserved)} hint="for deliveries under way" />
        </Figures>
      ) : error === null ? (
        <Loading lines={2} label="Loading the credits" />
      ) : (
        <ErrorState error={error} retry={() => void refetch()} />
      )}
      {open ? (
        <TopUpDialog
          key={agencyId}
          transport={transport}
          onClose={() => setOpen(false)}
          onChange={() => void refetch()}
        />
      ) : null}
    </Card>
  );
}

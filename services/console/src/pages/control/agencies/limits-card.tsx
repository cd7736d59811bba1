import { useMutation, useQuery } from "@connectrpc/connect-query";
import { type FormEvent, useState } from "react";
import { type AgencyLimits, QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { TextField } from "../../../ui/field.tsx";
import { Row, Stack } from "../../../ui/page.tsx";
import { ErrorNote, ErrorState, Loading } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";

/** What the agency may have of the lanes beside others. */
export function LimitsCard({ agencyId }: { agencyId: string }) {
  const { data, error, refetch } = useQuery(QueueService.method.getAgencyLimits, { agencyId });
  return (
    <Card title="Its part of the platform">
      {data?.limits !== undefined ? (
        <LimitsForm
          key={JSON.stringify(data.limits)}
          agencyId={agencyId}
          limits={data.limits}
          onChange={() => void refetch()}
        />
      ) : error === null ? (
        <Loading lines={4} label="Loading the limits" />
      ) : (
        <ErrorState error={error} retry={() => void refetch()} />
      )}
    </Card>
  );
}

// The contract's bounds.
const maxWeight = 100;
const maxDeliveries = 1_000_000;

function LimitsForm({
  agencyId,
  limits,
  onChange,
}: {
  agencyId: string;
  limits: AgencyLimits;
  onChange: () => void;
}) {
  const [weight, setWeight] = useState(String(limits.weight));
  const [inFlight, setInFlight] = useState(textOf(limits.inFlightMax));
  const [perSecond, setPerSecond] = useState(textOf(limits.perSecondMax));
  const { mutate, isPending, error } = useMutation(QueueService.method.setAgencyLimits, {
    onSuccess: () => {
      toast("The limits hold from the next moment on.");
      onChange();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({
      agencyId,
      limits: {
        weight: Number(weight),
        ...(inFlight === "" ? {} : { inFlightMax: Number(inFlight) }),
        ...(perSecond === "" ? {} : { perSecondMax: Number(perSecond) }),
      },
    });
  };
  const changed =
    weight !== String(limits.weight) ||
    inFlight !== textOf(limits.inFlightMax) ||
    perSecond !== textOf(limits.perSecondMax);
  const number = { type: "number", inputMode: "numeric", min: 1, step: 1 } as const;
  return (
    <form onSubmit={submit}>
      <Stack gap={4}>
        <ErrorNote error={error} />
        <TextField
          {...number}
          label="Weight"
          required
          max={maxWeight}
          value={weight}
          hint="While several agencies have something to send, 2 gets twice as much of a lane as 1. It changes nothing while nobody else sends."
          onChange={(event) => setWeight(event.target.value)}
        />
        <TextField
          {...number}
          label="Deliveries in flight, at most"
          max={maxDeliveries}
          placeholder="What its weight gives"
          value={inFlight}
          hint="On all lanes’ queues together. Leave it empty for no cap of its own."
          onChange={(event) => setInFlight(event.target.value)}
        />
        <TextField
          {...number}
          label="Deliveries a second, at most"
          max={maxDeliveries}
          placeholder="As fast as senders drain"
          value={perSecond}
          hint="For a new domain that must warm up, or a provider’s plan. Leave it empty for no rate of its own."
          onChange={(event) => setPerSecond(event.target.value)}
        />
        <Row>
          <Button type="submit" look="primary" busy={isPending} disabled={!changed}>
            Set the limits
          </Button>
        </Row>
      </Stack>
    </form>
  );
}

const textOf = (value: number | undefined): string => (value === undefined ? "" : String(value));

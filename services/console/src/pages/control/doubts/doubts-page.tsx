import { useQuery } from "@connectrpc/connect-query";
import { CircleCheck } from "lucide-react";
import { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { Card } from "../../../ui/card.tsx";
import { Page } from "../../../ui/page.tsx";
import { EmptyState, ErrorState, Loading } from "../../../ui/states.tsx";
import { OperatorsOnly } from "../operators-only.tsx";
import { DoubtsTable } from "./doubts-table.tsx";
import { HealthTable } from "./health-table.tsx";

const title = "Provider and doubts";
const refreshMs = 5_000;

/** How the mail provider answers, and the sends whose answer was lost. */
export function DoubtsPage() {
  return (
    <OperatorsOnly title={title}>
      <Page
        title={title}
        lead="How the mail provider answers each sending domain, and the sends whose answer was lost on the way."
      >
        <Health />
        <Doubts />
      </Page>
    </OperatorsOnly>
  );
}

function Health() {
  const { data, error, refetch } = useQuery(
    QueueService.method.listProviderHealth,
    {},
    { refetchInterval: refreshMs },
  );
  return (
    <Card flush title="Provider health, the last ten minutes">
      {data === undefined ? (
        error === null ? (
          <Loading lines={4} label="Loading the provider's health" />
        ) : (
          <ErrorState error={error} retry={() => void refetch()} />
        )
      ) : data.domains.length === 0 ? (
        <EmptyState title="Nothing was sent within the hour">
          A domain appears here as soon as one of its mails is tried.
        </EmptyState>
      ) : (
        <HealthTable domains={data.domains} />
      )}
    </Card>
  );
}

function Doubts() {
  const { data, error, refetch } = useQuery(
    QueueService.method.listDoubts,
    {},
    { refetchInterval: refreshMs },
  );
  return (
    <Card flush title="In doubt, and held">
      {data === undefined ? (
        error === null ? (
          <Loading lines={4} label="Loading doubts" />
        ) : (
          <ErrorState error={error} retry={() => void refetch()} />
        )
      ) : data.agencies.length === 0 ? (
        <EmptyState icon={<CircleCheck size={22} />} title="No send is in doubt">
          Every mail that left has an answer, and no delivery waits for a person.
        </EmptyState>
      ) : (
        <DoubtsTable agencies={data.agencies} />
      )}
    </Card>
  );
}

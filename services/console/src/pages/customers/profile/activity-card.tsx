import { useInfiniteQuery, useQuery } from "@connectrpc/connect-query";
import { Link } from "@tanstack/react-router";
import { History } from "lucide-react";
import { type Activity, ActivityService } from "#gen/fanfare/api/v1/activity_pb.js";
import { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { Time } from "../../../format/time.tsx";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { EmptyState, ErrorState, Loading } from "../../../ui/states.tsx";
import { Timeline } from "../../../ui/timeline.tsx";
import { activityWords } from "./activity-words.ts";
import styles from "./profile.module.css";

const pageRows = 30;
// A blast keeps its name; one that is looked at again need not be asked for.
const nameFreshMs = 600_000;

/** Everything that happened with a customer, the newest first. */
export function ActivityCard({ customerId }: { customerId: string }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    ActivityService.method.listActivities,
    { customerId, page: { size: pageRows, token: "" } },
    {
      pageParamKey: "page",
      getNextPageParam: ({ page }) =>
        page?.nextToken ? { size: pageRows, token: page.nextToken } : undefined,
    },
  );
  const activities = data?.pages.flatMap((page) => page.activities);
  return (
    <Card title="What happened">
      {error !== null ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : activities === undefined ? (
        <Loading lines={8} label="Loading what happened" />
      ) : activities.length === 0 ? (
        <EmptyState icon={<History size={22} />} title="Nothing yet">
          Each mail that is sent, and what becomes of it, is noted here.
        </EmptyState>
      ) : (
        <>
          <Timeline label="What happened, the newest first" entries={activities.map(entryOf)} />
          {hasNextPage ? (
            <div className={styles.foot}>
              <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                Show older ones
              </Button>
            </div>
          ) : null}
        </>
      )}
    </Card>
  );
}

function entryOf(activity: Activity, at: number) {
  const { title, tone, detail } = activityWords(activity);
  return {
    key: `${at}`,
    title,
    tone,
    time: <Time at={activity.at} />,
    children: (
      <>
        {detail === "" ? null : <p>{detail}</p>}
        {activity.deliveryId === "" ? null : <DeliveryLink deliveryId={activity.deliveryId} />}
      </>
    ),
  };
}

function DeliveryLink({ deliveryId }: { deliveryId: string }) {
  const [blastId = "", sequence = ""] = deliveryId.split(".");
  const { data } = useQuery(BlastService.method.getBlast, { blastId }, { staleTime: nameFreshMs });
  return (
    <p className={styles.small}>
      <Link to="/blasts/$blastId/deliveries/$sequence" params={{ blastId, sequence }}>
        {data?.blast?.name || "The blast"}
      </Link>
    </p>
  );
}

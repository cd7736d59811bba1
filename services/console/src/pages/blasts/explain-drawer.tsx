import { useQuery } from "@connectrpc/connect-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { BlastService, type Decision, type ExplainDeliveryResponse } from "#gen/fanfare/api/v1/blast_pb.js";
import { Time } from "../../format/time.tsx";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { Row } from "../../ui/page.tsx";
import { ErrorState, Loading } from "../../ui/states.tsx";
import { Timeline } from "../../ui/timeline.tsx";
import { deliveryStates } from "./delivery-states.ts";
import styles from "./explain-drawer.module.css";
import { reasonWords } from "./reasons.ts";

// Most explanations settle at once; one that is on its way is looked at again.
const refreshMs = 3_000;

/** "Why didn't Ann get it?": one sentence, then each decision with its time, and the evidence for whoever wants it. */
export function ExplainDrawer() {
  const { blastId, sequence } = useParams({ from: "/shell/blasts/$blastId/deliveries/$sequence" });
  const search = useSearch({ from: "/shell/blasts/$blastId" });
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(
    BlastService.method.explainDelivery,
    { deliveryId: `${blastId}.${sequence}` },
    { refetchInterval: refreshMs },
  );
  const close = () =>
    void navigate({
      to: "/blasts/$blastId",
      params: { blastId },
      search: { ...search, tab: "deliveries" },
      resetScroll: false,
    });
  return (
    <Drawer title={data?.delivery?.email || `Delivery ${sequence}`} onClose={close}>
      {data !== undefined ? (
        <Explanation answer={data} />
      ) : error === null ? (
        <Loading lines={6} label="Loading the explanation" />
      ) : (
        <ErrorState error={error} retry={() => void refetch()} />
      )}
    </Drawer>
  );
}

function Explanation({ answer: { delivery, decisions, summary } }: { answer: ExplainDeliveryResponse }) {
  const { word, tone } = deliveryStates[delivery?.state ?? 0];
  return (
    <>
      <div className={styles.summary}>
        <Row gap={2}>
          <Badge tone={tone}>{word}</Badge>
          {delivery?.reason ? <Badge>{reasonWords(delivery.reason).label}</Badge> : null}
        </Row>
        <p className={styles.sentence} aria-live="polite">
          {summary}
        </p>
      </div>
      <Timeline
        label="Every decision, the oldest first"
        entries={decisions.map((decision, at) => ({
          key: `${at}`,
          title: titleOf(decision.step),
          tone: toneOf(decision.step),
          time: <Time at={decision.at} style="second" />,
          children: <Reasoning decision={decision} />,
        }))}
      />
      <dl className={styles.ids}>
        <dt>Delivery</dt>
        <dd>
          <code>{delivery?.id}</code>
        </dd>
        {delivery?.providerMessageId ? (
          <>
            <dt>Provider's message</dt>
            <dd>
              <code>{delivery.providerMessageId}</code>
            </dd>
          </>
        ) : null}
      </dl>
    </>
  );
}

function Reasoning({ decision }: { decision: Decision }) {
  const evidence = Object.entries(decision.evidence).toSorted(([a], [b]) => a.localeCompare(b));
  return (
    <>
      <p>{decision.explanation}</p>
      {evidence.length === 0 ? null : (
        <details className={styles.evidence}>
          <summary>Evidence</summary>
          <dl>
            {evidence.map(([name, value]) => (
              <div key={name}>
                <dt>{name.replaceAll("_", " ")}</dt>
                <dd>
                  <code>{name === "reason" ? `${reasonWords(value).label} (${value})` : value}</code>
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}

const steps: Record<string, { title: string; tone: Tone }> = {
  blast_accepted: { title: "Blast accepted", tone: "neutral" },
  frozen: { title: "Put into the audience", tone: "neutral" },
  released: { title: "Released to the queue", tone: "neutral" },
  claimed: { title: "Taken by a worker", tone: "accent" },
  accepted: { title: "Accepted by the mail provider", tone: "good" },
  skipped: { title: "Skipped", tone: "warn" },
  rejected: { title: "Rejected", tone: "bad" },
  retry: { title: "To be tried again", tone: "warn" },
  in_doubt: { title: "In doubt", tone: "info" },
  provider_asked: { title: "Provider asked", tone: "info" },
  held: { title: "Held", tone: "warn" },
  delivered: { title: "Delivered to the mailbox", tone: "good" },
  opened: { title: "Opened", tone: "good" },
  clicked: { title: "Clicked", tone: "good" },
  bounced: { title: "Bounced", tone: "bad" },
  complained: { title: "Complained", tone: "bad" },
  unsubscribed: { title: "Unsubscribed", tone: "warn" },
  deferred: { title: "Delayed by the mailbox", tone: "warn" },
};

function titleOf(step: string): string {
  const text = step.replaceAll(/[._]/g, " ");
  return steps[step]?.title ?? text.charAt(0).toUpperCase() + text.slice(1);
}

const toneOf = (step: string): Tone => steps[step]?.tone ?? "neutral";

import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Row } from "../../ui/page.tsx";
import { Loading } from "../../ui/states.tsx";
import styles from "./first-run.module.css";
import { useDismissed, useFirstRun } from "./use-first-run.ts";

/** The way to the first blast in three cards, for an agency that never sent one; `otherwise` once it was waved away. */
export function FirstRun({ otherwise }: { otherwise: ReactNode }) {
  const { dismissed, dismiss } = useDismissed();
  const tour = useFirstRun();
  if (dismissed) return <Card flush>{otherwise}</Card>;
  if (!tour.ready)
    return (
      <Card flush>
        <Loading lines={5} />
      </Card>
    );
  const now = !tour.hasCustomers ? 1 : !tour.hasTemplate ? 2 : 3;
  return (
    <section className={styles.tour} aria-labelledby="tour-title">
      <div className={styles.head}>
        <div>
          <h2 id="tour-title">Your first blast, within a minute</h2>
          <p className="muted">Three steps, and three mails are on their way.</p>
        </div>
        <Button look="quiet" onClick={dismiss}>
          Not now
        </Button>
      </div>
      <ol className={styles.steps}>
        <Step number={1} now={now} title="Somebody to write to" done="You have customers.">
          <p>Import your own from a CSV file, or take three samples that all read your mailbox.</p>
          <Row>
            <Button look="primary" busy={tour.busy.customers} onClick={tour.takeSamples}>
              Take three samples
            </Button>
            <LinkButton to="/customers">Import a file</LinkButton>
          </Row>
        </Step>
        <Step number={2} now={now} title="Something to say" done="You have a template.">
          <p>A storm warning that greets each customer by name, ready to use and to change.</p>
          <Row>
            <Button look="primary" busy={tour.busy.template} onClick={tour.takeTemplate}>
              Use the storm warning
            </Button>
            <LinkButton to="/templates">Write one</LinkButton>
          </Row>
        </Step>
        <Step number={3} now={now} title="Send it" done="">
          {tour.balance === 0n ? (
            <p>Your agency has no credit yet: ask the operator of the platform for a top-up, then send.</p>
          ) : (
            <p>
              Watch it leave, mail by mail. On a development stack the mails arrive in the sandbox’s inbox and
              nowhere else.
            </p>
          )}
          <Row>
            <Button look="primary" busy={tour.busy.send} disabled={tour.balance === 0n} onClick={tour.send}>
              Send my first blast
            </Button>
            <LinkButton to="/send">Look at it first</LinkButton>
          </Row>
        </Step>
      </ol>
    </section>
  );
}

function Step({
  number,
  now,
  title,
  done,
  children,
}: {
  number: number;
  now: number;
  title: string;
  /** What is said when it is behind us. */
  done: string;
  children: ReactNode;
}) {
  const state = number < now ? "done" : number === now ? "now" : "later";
  return (
    <li className={`${styles.step} ${styles[state]}`} aria-current={state === "now" ? "step" : undefined}>
      <span className={styles.number} aria-hidden="true">
        {state === "done" ? <Check size={16} /> : number}
      </span>
      <h3>{title}</h3>
      {state === "done" ? <p className="muted">{done}</p> : null}
      {state === "now" ? children : null}
      {state === "later" ? <p className="muted">Comes next.</p> : null}
    </li>
  );
}

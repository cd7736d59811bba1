import { useQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import {
  type Customer,
  CustomerService,
  type Suppression,
  SuppressionReason,
} from "#gen/fanfare/api/v1/customer_pb.js";
import { Time } from "../../../format/time.tsx";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { ErrorState, Loading } from "../../../ui/states.tsx";
import { RemoveSuppressionDialog } from "../suppressions/remove-suppression-dialog.tsx";
import { sourceWords, suppressionWords } from "../words.ts";
import { ConsentDialog } from "./consent-dialog.tsx";
import styles from "./profile.module.css";

/** Whether mail may go to the customer's address: what stands against it, since when, and how that is known. */
export function ConsentCard({ customer, may }: { customer: Customer; may: boolean }) {
  const { data, error, refetch } = useQuery(CustomerService.method.listSuppressions, {
    email: customer.email,
  });
  const [asking, setAsking] = useState<"in" | "out">();
  const [removing, setRemoving] = useState<Suppression>();
  const optedOut = customer.suppressed.includes(SuppressionReason.OPTED_OUT);
  const suppressions = data?.suppressions;
  return (
    <Card
      title="Consent"
      actions={
        may ? (
          <Button look={optedOut ? "secondary" : "danger"} onClick={() => setAsking(optedOut ? "in" : "out")}>
            {optedOut ? "Opt in…" : "Opt out…"}
          </Button>
        ) : undefined
      }
    >
      {error !== null ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : suppressions === undefined ? (
        <Loading lines={2} label="Loading the suppressions" />
      ) : suppressions.length === 0 ? (
        <p className="muted">Nothing stands against mailing this address.</p>
      ) : (
        <ul className={styles.reasons}>
          {suppressions.map((one) => (
            <li key={one.reason} className={styles.reason}>
              <Badge tone={suppressionWords[one.reason].tone}>{suppressionWords[one.reason].word}</Badge>
              <span>{suppressionWords[one.reason].meaning}</span>
              <span className={styles.small}>
                Since <Time at={one.since} />
                {one.source === "" ? "" : `, told ${sourceWords(one.source)}`}
              </span>
              {may && one.reason !== SuppressionReason.OPTED_OUT ? (
                <Button onClick={() => setRemoving(one)}>Mail it again…</Button>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {asking === undefined ? null : (
        <ConsentDialog way={asking} customer={customer} onClose={() => setAsking(undefined)} />
      )}
      {removing === undefined ? null : (
        <RemoveSuppressionDialog suppression={removing} onClose={() => setRemoving(undefined)} />
      )}
    </Card>
  );
}

import type { Customer } from "#gen/fanfare/api/v1/customer_pb.js";
import { CustomerStatus } from "#gen/fanfare/api/v1/customer_pb.js";
import { Badge } from "../../ui/badge.tsx";
import { Row } from "../../ui/page.tsx";
import { statusWords, suppressionWords } from "./words.ts";

/** Whether a customer can be mailed: active, or why not. */
export function CustomerBadges({ customer }: { customer: Customer }) {
  const { status, suppressed } = customer;
  const shown = status === CustomerStatus.ACTIVE && suppressed.length > 0 ? [] : [statusWords[status]];
  return (
    <Row gap={2}>
      {[...suppressed.map((reason) => suppressionWords[reason]), ...shown].map(({ word, tone, meaning }) => (
        <span key={word} title={meaning}>
          <Badge tone={tone}>{word}</Badge>
        </span>
      ))}
    </Row>
  );
}

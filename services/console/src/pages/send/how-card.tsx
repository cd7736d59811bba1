import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { DoubtPolicy } from "#gen/fanfare/options/v1/doubt_policy_pb.js";
import { Card } from "../../ui/card.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Stack } from "../../ui/page.tsx";
import { ChoiceCards } from "../../ui/segmented.tsx";
import { doubtWords, laneWords } from "../blasts/lanes.ts";
import type { Draft } from "./draft.ts";
import type { ChangeDraft } from "./send-page.tsx";

const lanes = [Lane.URGENT, Lane.STANDARD, Lane.BULK].map((lane) => ({
  key: laneWords[lane].key as Draft["lane"],
  label: laneWords[lane].label,
  hint: laneWords[lane].hint,
}));
const doubts = [DoubtPolicy.UNSPECIFIED, DoubtPolicy.HOLD, DoubtPolicy.RESEND].map(
  (policy) => doubtWords[policy],
);

/** How soon it wants to travel, and what happens to the few whose answer gets lost. */
export function HowCard({ draft, change }: { draft: Draft; change: ChangeDraft }) {
  return (
    <Card title="How">
      <Stack gap={4}>
        <ChoiceCards label="Lane" value={draft.lane} choices={lanes} onChange={(lane) => change({ lane })} />
        {draft.when.kind === "now" ? (
          <SelectField
            label="When the provider's answer is lost and its log does not show the mail"
            value={draft.doubt}
            hint={doubts.find(({ key }) => key === draft.doubt)?.hint}
            onChange={(event) => change({ doubt: event.target.value as Draft["doubt"] })}
          >
            {doubts.map(({ key, label }) => (
              <option key={key} value={key}>
                {label}
              </option>
            ))}
          </SelectField>
        ) : null}
      </Stack>
    </Card>
  );
}

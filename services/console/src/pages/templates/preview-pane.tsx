import { useState } from "react";
import type { Customer } from "#gen/fanfare/api/v1/customer_pb.js";
import { useSession } from "../../app/session.ts";
import { Button } from "../../ui/button.tsx";
import { TextArea } from "../../ui/field.tsx";
import { MailPreview } from "../../ui/mail-preview.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Stack } from "../../ui/page.tsx";
import { Loading } from "../../ui/states.tsx";
import { nameOf } from "../customers/words.ts";
import { CustomerPicker } from "./customer-picker.tsx";
import styles from "./template-page.module.css";
import type { Preview } from "./use-preview.ts";

const example = "maria.example@example.com";

/** The mail as one customer would get it, beside the editor. */
export function PreviewPane({
  preview,
  customer,
  onCustomer,
  message,
  onMessage,
}: {
  preview: Preview;
  customer: Customer | undefined;
  onCustomer: (customer: Customer | undefined) => void;
  message: string;
  onMessage: (message: string) => void;
}) {
  const [picking, setPicking] = useState(false);
  const { agency } = useSession();
  const { mail, stale, placed, general } = preview;
  const wrong = general !== "" || placed.some(({ severity }) => severity === "error");
  return (
    <Stack gap={4}>
      <div className={styles.for}>
        <span>
          As <strong>{customer === undefined ? "an example customer" : nameOf(customer)}</strong> would get it
        </span>
        <Button onClick={() => setPicking(true)}>Choose customer…</Button>
      </div>
      {wrong ? (
        <Notice tone="warn">
          {general || "The template cannot be filled in yet; its problems are named beside it."}
          {mail === undefined ? "" : " Below is what could be shown last."}
        </Notice>
      ) : null}
      {mail !== undefined ? (
        <div className={stale ? styles.stale : ""} aria-busy={stale}>
          <MailPreview
            mail={{ to: customer?.email ?? example, subject: mail.subject, html: mail.html, text: mail.text }}
            {...(agency?.settings === undefined ? {} : { from: agency.settings.name })}
          />
        </div>
      ) : wrong ? null : (
        <Loading lines={8} label="Filling in the template" />
      )}
      <TextArea
        label="Custom message, for this preview"
        hint="What a user writes when sending; it stands where the template says {{custom_message}}."
        rows={2}
        maxLength={20_000}
        value={message}
        onChange={(event) => onMessage(event.target.value)}
      />
      {picking ? (
        <CustomerPicker
          onClose={() => setPicking(false)}
          onPick={(picked) => {
            onCustomer(picked);
            setPicking(false);
          }}
        />
      ) : null}
    </Stack>
  );
}

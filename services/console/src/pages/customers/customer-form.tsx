import { Plus, X } from "lucide-react";
import { CustomerStatus } from "#gen/fanfare/api/v1/customer_pb.js";
import { problemOf } from "../../connect/problem.ts";
import { Button } from "../../ui/button.tsx";
import { CheckField, TextField } from "../../ui/field.tsx";
import { Stack } from "../../ui/page.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import styles from "./customer-form.module.css";
import { attributesProblem, type CustomerDraft, maxAttributes } from "./customer-draft.ts";

/** The fields of a customer. What the API refused is shown at the field that is to blame, else above all. */
export function CustomerForm({
  draft,
  onChange,
  error,
}: {
  draft: CustomerDraft;
  onChange: (draft: CustomerDraft) => void;
  error: unknown;
}) {
  const problem = error === null || error === undefined ? undefined : problemOf(error);
  const errorOf = (field: string) =>
    problem?.field.endsWith(field) ? `${problem.message} ${problem.hint}`.trim() : undefined;
  const placed = errorOf("email") ?? errorOf("external_id");
  const text = (field: "email" | "firstName" | "lastName" | "externalId" | "locale") => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => onChange({ ...draft, [field]: event.target.value }),
  });
  return (
    <Stack gap={4}>
      {placed === undefined ? <ErrorNote error={error} /> : null}
      <TextField
        label="E-mail"
        type="email"
        required
        maxLength={320}
        autoComplete="off"
        error={errorOf("email")}
        {...text("email")}
      />
      <div className={styles.pair}>
        <TextField label="First name" maxLength={200} autoComplete="off" {...text("firstName")} />
        <TextField label="Last name" maxLength={200} autoComplete="off" {...text("lastName")} />
      </div>
      <div className={styles.pair}>
        <TextField
          label="Your id"
          hint="The customer's number in your own system."
          maxLength={200}
          autoComplete="off"
          error={errorOf("external_id")}
          {...text("externalId")}
        />
        <TextField
          label="Locale"
          hint="As in en-US; for dates and numbers."
          maxLength={35}
          autoComplete="off"
          {...text("locale")}
        />
      </div>
      <CheckField
        label="Active"
        hint="Inactive customers are left out of every blast."
        checked={draft.status !== CustomerStatus.INACTIVE}
        onChange={(event) =>
          onChange({
            ...draft,
            status: event.target.checked ? CustomerStatus.ACTIVE : CustomerStatus.INACTIVE,
          })
        }
      />
      <Attributes draft={draft} onChange={onChange} />
    </Stack>
  );
}

function Attributes({ draft, onChange }: { draft: CustomerDraft; onChange: (draft: CustomerDraft) => void }) {
  const { attributes } = draft;
  const change = (key: number, next: { name?: string; value?: string }) =>
    onChange({
      ...draft,
      attributes: attributes.map((row) => (row.key === key ? { ...row, ...next } : row)),
    });
  const add = () => {
    const key = Math.max(-1, ...attributes.map((row) => row.key)) + 1;
    onChange({ ...draft, attributes: [...attributes, { key, name: "", value: "" }] });
  };
  const problem = attributesProblem(draft);
  return (
    <fieldset className={styles.attributes}>
      <legend>Attributes</legend>
      <p className="muted">
        Anything else that a mail may say, as <code>{"{{customer.attributes.policy}}"}</code>.
      </p>
      {attributes.map((row, at) => (
        <div key={row.key} className={styles.attribute}>
          <TextField
            label={`Name of attribute ${at + 1}`}
            hideLabel
            placeholder="policy"
            maxLength={64}
            value={row.name}
            onChange={(event) => change(row.key, { name: event.target.value })}
          />
          <TextField
            label={`Value of attribute ${at + 1}`}
            hideLabel
            placeholder="Value"
            maxLength={1000}
            value={row.value}
            onChange={(event) => change(row.key, { value: event.target.value })}
          />
          <Button
            look="quiet"
            aria-label={`Remove attribute ${row.name || at + 1}`}
            icon={<X size={16} />}
            onClick={() =>
              onChange({ ...draft, attributes: attributes.filter((other) => other.key !== row.key) })
            }
          />
        </div>
      ))}
      {problem === undefined ? null : (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div>
        <Button icon={<Plus size={16} />} disabled={attributes.length >= maxAttributes} onClick={add}>
          Add an attribute
        </Button>
      </div>
    </fieldset>
  );
}

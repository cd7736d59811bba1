import { useQuery } from "@connectrpc/connect-query";
import { Plus, X } from "lucide-react";
import { useId } from "react";
import { CustomerService, type ListCustomerAttributesResponse } from "#gen/fanfare/api/v1/customer_pb.js";
import { Button } from "../../ui/button.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Row, Stack } from "../../ui/page.tsx";
import { attributePrefix, type Condition } from "./draft.ts";
import styles from "./filter-builder.module.css";

// As many as the contract takes.
const maxConditions = 20;

/** Conditions that must all hold; none is every customer. Names and values come from the customers themselves. */
export function FilterBuilder({
  conditions,
  onChange,
}: {
  conditions: readonly Condition[];
  onChange: (conditions: Condition[]) => void;
}) {
  const { data } = useQuery(CustomerService.method.listCustomerAttributes, {});
  const set = (at: number, part: Partial<Condition>) =>
    onChange(conditions.map((one, index) => (index === at ? { ...one, ...part } : one)));
  return (
    <Stack gap={3}>
      {conditions.length === 0 ? (
        <p className="muted">Every customer of the agency. Add a condition to narrow that down.</p>
      ) : (
        conditions.map((condition, at) => (
          <ConditionRow
            // A condition has no other name than its place.
            key={at}
            number={at + 1}
            condition={condition}
            known={data}
            set={(part) => set(at, part)}
            remove={() => onChange(conditions.filter((_, index) => index !== at))}
          />
        ))
      )}
      <Row>
        <Button
          icon={<Plus size={16} />}
          disabled={conditions.length >= maxConditions}
          onClick={() => onChange([...conditions, { field: firstField(data), value: "" }])}
        >
          Add a condition
        </Button>
      </Row>
    </Stack>
  );
}

function firstField(known: ListCustomerAttributesResponse | undefined): string {
  const name = known?.attributes[0]?.name;
  return name === undefined ? "domain" : `${attributePrefix}${name}`;
}

function ConditionRow({
  number,
  condition,
  known,
  set,
  remove,
}: {
  number: number;
  condition: Condition;
  known: ListCustomerAttributesResponse | undefined;
  set: (part: Partial<Condition>) => void;
  remove: () => void;
}) {
  const id = useId();
  const values = valuesOf(condition.field, known);
  const names = (known?.attributes ?? []).map(({ name }) => `${attributePrefix}${name}`);
  const strange = condition.field.startsWith(attributePrefix) && !names.includes(condition.field);
  return (
    <div className={styles.row} role="group" aria-label={`Condition ${number}`}>
      <SelectField
        label="Field"
        hideLabel
        value={condition.field}
        onChange={(event) => set({ field: event.target.value, value: "" })}
      >
        <option value="domain">Address ends with @</option>
        <option value="locale">Locale</option>
        <optgroup label="Attributes">
          {[...names, ...(strange ? [condition.field] : [])].map((name) => (
            <option key={name} value={name}>
              {name.slice(attributePrefix.length)}
            </option>
          ))}
        </optgroup>
      </SelectField>
      <span className={styles.is}>is</span>
      <TextField
        label="Value"
        hideLabel
        value={condition.value}
        list={`${id}-values`}
        maxLength={condition.field === "locale" ? 35 : 253}
        placeholder={condition.field === "domain" ? "example.com" : "Value"}
        autoComplete="off"
        onChange={(event) => set({ value: event.target.value })}
      />
      <datalist id={`${id}-values`}>
        {values.map(({ value, customers }) => (
          <option key={value} value={value} label={`${customers} of ${known?.lookedAt ?? 0} looked at`} />
        ))}
      </datalist>
      <Button look="quiet" aria-label={`Remove condition ${number}`} onClick={remove}>
        <X size={16} aria-hidden="true" />
      </Button>
    </div>
  );
}

function valuesOf(field: string, known: ListCustomerAttributesResponse | undefined) {
  if (field === "locale") return known?.locales ?? [];
  return known?.attributes.find(({ name }) => `${attributePrefix}${name}` === field)?.values ?? [];
}

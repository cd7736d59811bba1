import { SelectField, TextField } from "../../../ui/field.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { attributeChoice, type ColumnChoice, fieldChoices } from "./fields.ts";
import styles from "./import.module.css";
import type { FilePreview } from "./preview-file.ts";

type ColumnRow = { at: number; name: string; samples: readonly string[]; choice: ColumnChoice };

const shownSamples = 3;

/** Each column of the file with its first values, and what it becomes. */
export function MappingTable({
  preview,
  choices,
  disabled,
  onChange,
}: {
  preview: FilePreview;
  choices: readonly ColumnChoice[];
  disabled: boolean;
  onChange: (choices: ColumnChoice[]) => void;
}) {
  const rows: ColumnRow[] = preview.columns.map((name, at) => ({
    at,
    name,
    samples: preview.rows
      .map((row) => row[at]?.trim() ?? "")
      .filter((value) => value !== "")
      .slice(0, shownSamples),
    choice: choices[at] ?? "",
  }));
  const choose = (at: number, choice: ColumnChoice) =>
    onChange(choices.map((before, other) => (other === at ? choice : before)));
  const columns: readonly Column<ColumnRow>[] = [
    { name: "Column", cell: ({ name }) => <strong>{name || "(no name)"}</strong> },
    {
      name: "First values",
      grow: true,
      wide: true,
      cell: ({ samples }) => <span className={styles.samples}>{samples.join(" · ") || "–"}</span>,
    },
    {
      name: "Becomes",
      cell: (row) => (
        <BecomesCell row={row} disabled={disabled} onChange={(choice) => choose(row.at, choice)} />
      ),
    },
  ];
  return (
    <Table caption="Columns of the file" columns={columns} rows={rows} keyOf={(row) => String(row.at)} />
  );
}

function BecomesCell({
  row,
  disabled,
  onChange,
}: {
  row: ColumnRow;
  disabled: boolean;
  onChange: (choice: ColumnChoice) => void;
}) {
  const { name, choice } = row;
  const attribute = choice.startsWith("attributes.");
  return (
    <div className={styles.becomes}>
      <SelectField
        label={`What the column ${name} becomes`}
        hideLabel
        disabled={disabled || name === ""}
        value={attribute ? "attribute" : choice}
        onChange={({ target: { value } }) =>
          onChange(value === "attribute" ? attributeChoice(name) || "attributes.value" : value)
        }
      >
        <option value="">Leave out</option>
        {fieldChoices.map(({ key, label }) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
        <option value="attribute">An attribute</option>
      </SelectField>
      {attribute ? (
        <TextField
          label={`Name of the attribute for the column ${name}`}
          hideLabel
          required
          maxLength={64}
          disabled={disabled}
          spellCheck={false}
          value={choice.slice("attributes.".length)}
          onChange={(event) => onChange(`attributes.${event.target.value.replaceAll(/[^A-Za-z0-9_]/g, "_")}`)}
        />
      ) : null}
    </div>
  );
}

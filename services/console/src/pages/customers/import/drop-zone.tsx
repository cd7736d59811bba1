import { Upload } from "lucide-react";
import { type DragEvent, useId, useState } from "react";
import styles from "./import.module.css";

/** Takes a file: dropped on it, or chosen. */
export function DropZone({ onFile }: { onFile: (file: File) => void }) {
  const id = useId();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file !== undefined) onFile(file);
  };
  return (
    <div
      className={`${styles.drop} ${over ? styles.over : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Upload size={24} aria-hidden="true" />
      <h2>Drop a CSV file here</h2>
      <p className="muted">
        Its first line names the columns, and one of them holds the e-mail addresses. In a spreadsheet: save
        as CSV.
      </p>
      <input
        id={id}
        type="file"
        accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
        className={styles.file}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) onFile(file);
        }}
      />
      <label htmlFor={id} className={styles.choose}>
        Choose a file
      </label>
    </div>
  );
}

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "./button.tsx";
import styles from "./copy-once.module.css";

/** Something to take along, such as a link or a secret, with a button that copies it. `once` warns that it is not shown again. */
export function CopyOnce({ label, value, once = false }: { label: string; value: string; once?: boolean }) {
  const [copied, setCopied] = useState<"no" | "yes" | "failed">("no");
  const copy = () =>
    navigator.clipboard.writeText(value).then(
      () => setCopied("yes"),
      // Without the right to write there, selecting by hand is left.
      () => setCopied("failed"),
    );
  return (
    <div className={styles.copy}>
      <span className={styles.label}>{label}</span>
      <div className={styles.line}>
        <code className={styles.value} tabIndex={0} aria-label={label}>
          {value}
        </code>
        <Button
          icon={copied === "yes" ? <Check size={16} /> : <Copy size={16} />}
          onClick={() => void copy()}
          aria-label={`Copy: ${label}`}
        >
          {copied === "yes" ? "Copied" : "Copy"}
        </Button>
      </div>
      <p className={styles.hint} role="status">
        {copied === "failed" ? "The browser did not allow it; select the text and copy it by hand. " : ""}
        {once ? "It is shown this once; Fanfare keeps no copy that could be read." : ""}
      </p>
    </div>
  );
}

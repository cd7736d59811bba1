import { Monitor, Moon, Smartphone, TextQuote } from "lucide-react";
import { useState } from "react";
import styles from "./mail-preview.module.css";
import { Segmented } from "./segmented.tsx";

type View = "phone" | "desktop" | "dark" | "text";

const iconPx = 15;
const views = [
  { key: "desktop", label: "Desktop", icon: <Monitor size={iconPx} aria-hidden="true" /> },
  { key: "phone", label: "Phone", icon: <Smartphone size={iconPx} aria-hidden="true" /> },
  { key: "dark", label: "Dark", icon: <Moon size={iconPx} aria-hidden="true" /> },
  { key: "text", label: "Text", icon: <TextQuote size={iconPx} aria-hidden="true" /> },
] as const;

/** A mail as its reader gets it. */
export type PreviewMail = { to: string; subject: string; html: string; text: string };

/**
 * A rendered mail as a desktop, a phone, a dark and a text-only program show it. The HTML stands in a frame without scripts, forms or our
 * cookies; links in it lead nowhere.
 */
export function MailPreview({ mail, from }: { mail: PreviewMail; from?: string }) {
  const [view, setView] = useState<View>("desktop");
  return (
    <div className={styles.preview}>
      <Segmented<View> label="How the mail is shown" value={view} onChange={setView} choices={views} />
      <div className={`${styles.window} ${view === "phone" ? styles.phone : ""}`}>
        <dl className={styles.head}>
          {from === undefined ? null : (
            <div>
              <dt>From</dt>
              <dd>{from}</dd>
            </div>
          )}
          <div>
            <dt>To</dt>
            <dd>{mail.to}</dd>
          </div>
          <div>
            <dt>Subject</dt>
            <dd>
              <strong>{mail.subject}</strong>
            </dd>
          </div>
        </dl>
        {view === "text" ? (
          <pre className={styles.text} tabIndex={0}>
            {mail.text || "The mail program makes a text of the HTML by itself."}
          </pre>
        ) : (
          <iframe
            // A frame keeps the colour scheme that it was made with.
            key={view === "dark" ? "dark" : "light"}
            className={`${styles.frame} ${view === "dark" ? styles.dark : ""}`}
            title={`The mail to ${mail.to}: ${mail.subject}`}
            sandbox=""
            srcDoc={documentOf(mail.html, view === "dark")}
          />
        )}
      </div>
    </div>
  );
}

/** Put before the mail's own markup, which may say otherwise. */
function documentOf(html: string, dark: boolean): string {
  const scheme = dark ? "dark" : "light";
  const page = `<meta name="color-scheme" content="${scheme}"><style>:root{color-scheme:${scheme}}html{padding:16px}body{margin:0;font-family:system-ui,sans-serif}a{pointer-events:none}</style>`;
  return `<!doctype html>${page}${html}`;
}

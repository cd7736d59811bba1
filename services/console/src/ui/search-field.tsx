import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { TextField } from "./field.tsx";
import styles from "./search-field.module.css";

const typingMs = 250;

/** A search that follows the typing, a quarter of a second behind, so that one word is one question. */
export function SearchField({
  label,
  value,
  onChange,
  placeholder,
  maxLength = 200,
}: {
  label: string;
  value: string;
  onChange: (text: string) => void;
  placeholder?: string;
  maxLength?: number;
}) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    // Somebody else changed it: a link, or Back.
    if (value !== told.current) setText(value);
    told.current = value;
  }, [value]);
  useEffect(() => {
    if (text === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = text;
      onChange(text);
    }, typingMs);
    return () => clearTimeout(timer);
  }, [text, onChange]);
  return (
    <div className={styles.search}>
      <Search size={16} aria-hidden="true" className={styles.icon} />
      <TextField
        label={label}
        hideLabel
        type="search"
        value={text}
        placeholder={placeholder ?? label}
        maxLength={maxLength}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}

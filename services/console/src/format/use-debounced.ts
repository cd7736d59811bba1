import { useEffect, useRef, useState } from "react";

/** A value as it was when it last stood still for `waitMs`; for questions that follow somebody's typing. Compared by its JSON. */
export function useDebounced<T>(value: T, waitMs: number): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  const latest = useRef(value);
  latest.current = value;
  useEffect(() => {
    const timer = setTimeout(() => setSettled(latest.current), waitMs);
    return () => clearTimeout(timer);
  }, [text, waitMs]);
  return JSON.stringify(settled) === text ? value : settled;
}

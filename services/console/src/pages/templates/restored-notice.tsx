import { useZone, formatTime } from "../../format/time.tsx";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import type { useDraft } from "./use-draft.ts";

/** Says that an unsaved draft came back, and whether somebody saved another version meanwhile. */
export function RestoredNotice({ work, newest }: { work: ReturnType<typeof useDraft>; newest: number }) {
  const zone = useZone();
  const { restored, discard } = work;
  if (restored === undefined) return null;
  return (
    <Notice tone="accent" actions={<Button onClick={discard}>Discard the draft</Button>}>
      Your unsaved draft of {formatTime(new Date(restored.atMs), zone)} is back.
      {restored.version < newest && restored.version > 0
        ? ` It was begun on version ${restored.version}; since then version ${newest} was saved. Saving makes yours the newest.`
        : ""}
    </Notice>
  );
}

import { Button } from "../../ui/button.tsx";
import { Row } from "../../ui/page.tsx";

/** Below a form: save, and take back what was typed. Nothing for those who may not change it. */
export function SaveRow({
  mayChange,
  changed,
  busy,
  onUndo,
}: {
  mayChange: boolean;
  changed: boolean;
  busy: boolean;
  onUndo: () => void;
}) {
  if (!mayChange) return null;
  return (
    <Row>
      <Button type="submit" look="primary" busy={busy} disabled={!changed}>
        Save
      </Button>
      {changed ? (
        <Button look="quiet" onClick={onUndo}>
          Take back
        </Button>
      ) : null}
    </Row>
  );
}

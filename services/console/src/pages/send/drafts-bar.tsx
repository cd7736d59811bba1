import { useNavigate } from "@tanstack/react-router";
import { ChevronDown, FilePlus2, Files, Trash2 } from "lucide-react";
import { formatTime, useZone } from "../../format/time.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { toast } from "../../ui/toast.tsx";
import { type Draft, isUntouched } from "./draft.ts";
import type { Drafts } from "./drafts-store.ts";

const iconPx = 16;

/** Goes to another draft, begins a new one, or throws this one away (which can be taken back). */
export function DraftsBar({ drafts, draft }: { drafts: Drafts; draft: Draft }) {
  const navigate = useNavigate();
  const zone = useZone();
  const open = (id: string) => void navigate({ to: "/send", search: { draft: id } });
  const others = drafts.all.filter(({ id }) => id !== draft.id);
  const discard = () => {
    drafts.remove(draft.id);
    toast("The draft was thrown away.", {
      label: "Take back",
      run: () => {
        drafts.save(draft);
        open(draft.id);
      },
    });
    open(crypto.randomUUID());
  };
  return (
    <>
      {others.length === 0 ? null : (
        <Menu
          label={`Other drafts (${others.length})`}
          className={buttonClass()}
          items={others.map((one) => ({
            label: `${one.name || "Without a name"}, ${formatTime(new Date(one.changedAt), zone)}`,
            onSelect: () => open(one.id),
          }))}
        >
          <Files size={iconPx} aria-hidden="true" /> Drafts ({others.length})
          <ChevronDown size={iconPx} aria-hidden="true" />
        </Menu>
      )}
      {isUntouched(draft) ? null : (
        <>
          <Button icon={<FilePlus2 size={iconPx} />} onClick={() => open(crypto.randomUUID())}>
            New draft
          </Button>
          <Button look="quiet" icon={<Trash2 size={iconPx} />} onClick={discard}>
            Throw away
          </Button>
        </>
      )}
    </>
  );
}

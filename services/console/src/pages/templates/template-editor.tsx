import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Archive, Ellipsis, Save } from "lucide-react";
import { useEffect, useState } from "react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import type { Template } from "#gen/fanfare/api/v1/template_pb.js";
import { useMay } from "../../app/session.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Page, Row } from "../../ui/page.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { toast } from "../../ui/toast.tsx";
import { ArchiveDialog } from "./archive-dialog.tsx";
import { EditTab } from "./edit-tab.tsx";
import { LeaveDialog } from "./leave-dialog.tsx";
import { RestoredNotice } from "./restored-notice.tsx";
import { useDraft, type Saved } from "./use-draft.ts";
import { useSave } from "./use-save.ts";
import { VersionsTab } from "./versions/versions-tab.tsx";

/** Writes a template: the editor with its preview, saving as a new version, and the versions before. */
export function TemplateEditor({ template, saved }: { template: Template | undefined; saved: Saved }) {
  const may = useMay(Role.SENDER);
  const { tab = "edit" } = useSearch({ strict: false }) as { tab?: "edit" | "versions" };
  const navigate = useNavigate();
  const work = useDraft(template?.id ?? "new", saved);
  const { draft, setDraft, dirty, base } = work;
  const [archiving, setArchiving] = useState(false);
  const { save, saving, error, leaveFreely } = useSave(template, work);
  const maySave = may && (dirty || template === undefined) && draft.name.trim() !== "";
  useSaveKey(maySave, save);
  const choose = (key: "edit" | "versions") =>
    void navigate({
      to: "/templates/$templateId",
      params: { templateId: template?.id ?? "" },
      search: key === "edit" ? {} : { tab: key },
    });
  const edit = <EditTab draft={draft} onChange={setDraft} readOnly={!may} />;
  return (
    <Page
      title={template === undefined ? "New template" : base.draft.name}
      above={<Link to="/templates">Templates</Link>}
      lead={
        <Row gap={3}>
          {template === undefined ? null : <span>Version {base.version}</span>}
          {dirty && may ? <Badge tone="warn">Unsaved changes</Badge> : null}
          {may ? null : <Badge>Read only</Badge>}
        </Row>
      }
      actions={
        may ? (
          <>
            {template === undefined ? null : (
              <LinkButton to="/send" search={{ template: template.id }}>
                Send it
              </LinkButton>
            )}
            <Button look="primary" icon={<Save size={16} />} busy={saving} disabled={!maySave} onClick={save}>
              {template === undefined ? "Create template" : "Save new version"}
            </Button>
            {template === undefined ? null : (
              <Menu
                label="More about this template"
                className={buttonClass("secondary")}
                items={[
                  {
                    label: "Archive…",
                    icon: <Archive size={16} />,
                    danger: true,
                    onSelect: () => setArchiving(true),
                  },
                ]}
              >
                <Ellipsis size={16} aria-hidden="true" />
              </Menu>
            )}
          </>
        ) : undefined
      }
    >
      {error === null ? null : <ErrorNote error={error} />}
      <RestoredNotice work={work} newest={saved.version} />
      {template === undefined ? (
        edit
      ) : (
        <Tabs<"edit" | "versions">
          label="About this template"
          value={tab}
          onChange={choose}
          tabs={[
            { key: "edit", label: may ? "Edit" : "Look" },
            { key: "versions", label: "Versions", count: base.version },
          ]}
        >
          {tab === "edit" ? (
            edit
          ) : (
            <VersionsTab
              template={{ ...template, version: base.version }}
              onRestore={
                may
                  ? ({ subject, html, text }, version) => {
                      setDraft({ ...draft, subject, html, text });
                      toast(`Version ${version} is in the editor. Save it to make it the newest.`);
                      choose("edit");
                    }
                  : undefined
              }
            />
          )}
        </Tabs>
      )}
      <LeaveDialog dirty={dirty && may} freely={leaveFreely} onDiscard={work.discard} />
      {archiving && template !== undefined ? (
        <ArchiveDialog
          template={template}
          onClose={() => setArchiving(false)}
          onArchived={() => {
            leaveFreely.current = true;
            work.discard();
            void navigate({ to: "/templates", replace: true });
          }}
        />
      ) : null}
    </Page>
  );
}

/** Ctrl-S, or ⌘S, saves; the browser's own "save page" is of no use here. */
function useSaveKey(enabled: boolean, save: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (enabled) save();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [enabled, save]);
}

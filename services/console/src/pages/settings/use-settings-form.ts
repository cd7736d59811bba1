import { create } from "@bufbuild/protobuf";
import { useMutation } from "@connectrpc/connect-query";
import { type FormEvent, useState } from "react";
import {
  type Agency,
  AgencyService,
  type AgencySettings,
  AgencySettingsSchema,
} from "#gen/fanfare/api/v1/agency_pb.js";
import { problemOf } from "../../connect/problem.ts";
import { queryClient } from "../../connect/query-client.ts";
import { toast } from "../../ui/toast.tsx";

/** What the two tabs about the agency get. */
export type AgencyForm = { agency: Agency; mayChange: boolean; onChange: () => void };

/** Settings being edited. All of them are saved together, so what another tab shows is kept as it was read. */
export function useSettingsForm(agency: Agency, onChange: () => void) {
  const before = agency.settings ?? create(AgencySettingsSchema);
  const [edited, setEdited] = useState<Partial<AgencySettings>>({});
  const { mutate, isPending, error } = useMutation(AgencyService.method.updateAgency, {
    onSuccess: () => {
      toast("Saved.");
      setEdited({});
      onChange();
      // The session carries the agency's name and zone.
      void queryClient.invalidateQueries();
    },
  });
  const settings = { ...before, ...edited };
  const problem = error === null ? undefined : problemOf(error);
  return {
    settings,
    set: (change: Partial<AgencySettings>) => setEdited({ ...edited, ...change }),
    changed: Object.entries(edited).some(([key, value]) => before[key as keyof AgencySettings] !== value),
    undo: () => setEdited({}),
    submit: (event: FormEvent) => {
      event.preventDefault();
      mutate({ settings: create(AgencySettingsSchema, settings) });
    },
    busy: isPending,
    error,
    /** What is wrong with a field, named as in the contract. */
    errorOf: (field: string) =>
      problem?.field === `settings.${field}` ? `${problem.message} ${problem.hint}` : undefined,
  };
}

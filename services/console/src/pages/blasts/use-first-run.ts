import { useMutation, useQuery } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { useSession } from "../../app/session.ts";
import { toastError } from "../../ui/toast.tsx";
import { firstMessage, sampleCustomersCsv, stormTemplate } from "./first-template.ts";

const listName = "First steps";
const onlyOne = { page: { size: 1 } };

/** What an agency has already on its way to the first blast, and the three steps. */
export function useFirstRun() {
  const session = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const customers = useQuery(CustomerService.method.listCustomers, onlyOne);
  const lists = useQuery(CustomerService.method.listCustomerLists, onlyOne);
  const templates = useQuery(TemplateService.method.listTemplates, onlyOne);
  const credits = useQuery(AgencyService.method.getCredits, {});
  const changed = { onError: toastError, onSuccess: () => void queries.invalidateQueries() };
  const importing = useMutation(CustomerService.method.importCustomersUnary, changed);
  const writing = useMutation(TemplateService.method.createTemplate, changed);
  const sending = useMutation(BlastService.method.sendBlast, {
    onError: toastError,
    onSuccess: ({ blastId }) => void navigate({ to: "/blasts/$blastId", params: { blastId }, search: {} }),
  });
  const list = lists.data?.lists[0];
  const template = templates.data?.templates[0];
  return {
    ready: customers.data !== undefined && templates.data !== undefined && lists.data !== undefined,
    hasCustomers: (customers.data?.customers.length ?? 0) > 0,
    hasTemplate: template !== undefined,
    balance: credits.data?.balance,
    busy: { customers: importing.isPending, template: writing.isPending, send: sending.isPending },
    takeSamples: () =>
      importing.mutate({
        csv: new TextEncoder().encode(sampleCustomersCsv(session.user?.email ?? "you@example.com")),
        settings: { listName },
      }),
    takeTemplate: () => writing.mutate(stormTemplate),
    send: () =>
      sending.mutate({
        // A second click is the same blast.
        idempotencyKey: `first-blast-${session.agency?.id ?? ""}`,
        name: "My first blast",
        content: { templateId: template?.id ?? "", customMessage: firstMessage },
        audience:
          list === undefined
            ? { of: { case: "filter", value: {} } }
            : { of: { case: "listId", value: list.id } },
      }),
  };
}

const keyOf = (agencyId: string) => `fanfare-tour:${agencyId}`;

/** Whether this browser was told that the tour is not wanted for this agency, and how to tell it. */
export function useDismissed(): { dismissed: boolean; dismiss: () => void } {
  const id = useSession().agency?.id ?? "";
  const [dismissed, setDismissed] = useState(() => localStorage.getItem(keyOf(id)) === "dismissed");
  const dismiss = () => {
    localStorage.setItem(keyOf(id), "dismissed");
    setDismissed(true);
  };
  return { dismissed, dismiss };
}

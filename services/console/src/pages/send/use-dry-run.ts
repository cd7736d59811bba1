import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { BlastService, type PreviewBlastResponse } from "#gen/fanfare/api/v1/blast_pb.js";
import { useDebounced } from "../../format/use-debounced.ts";
import { audienceOf, type Draft } from "./draft.ts";

/** What sending the draft would do, as far as it is known. */
export type DryRun = {
  answer: PreviewBlastResponse | undefined;
  error: unknown;
  /** An answer to the newest draft is on its way; the one shown is of an earlier one. */
  pending: boolean;
  refetch: () => void;
};

// The whole audience is judged each time, so it is asked when the typing rests.
const restMs = 600;
const samples = 5;

/** Runs the draft dry on the real audience, again whenever it changes. Nothing before audience and template are chosen. */
export function useDryRun(draft: Draft): DryRun {
  const wanted = {
    audience: audienceOf(draft.audience),
    templateId: draft.templateId,
    customMessage: draft.customMessage,
  };
  const settled = useDebounced(wanted, restMs);
  const ready = settled.audience !== undefined && settled.templateId !== "";
  const { data, error, isFetching, refetch } = useQuery(
    BlastService.method.previewBlast,
    {
      content: { templateId: settled.templateId, customMessage: settled.customMessage },
      ...(settled.audience === undefined ? {} : { audience: settled.audience }),
      samples,
    },
    { enabled: ready, placeholderData: keepPreviousData },
  );
  return {
    answer: ready ? data : undefined,
    error: ready ? error : null,
    pending: ready && (isFetching || settled !== wanted),
    refetch: () => void refetch(),
  };
}

// The whole house in one process: the real API in front of the real pipeline, with a database, a broker and a sandbox of their own.
import type { Client } from "@connectrpc/connect";
import { createClient } from "@connectrpc/connect";
import { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { createAgencyRows, type AgencyRows } from "./agency-rows.ts";
import { startTestApi, type TestApi } from "./api.ts";
import { startPipeline, type Pipeline } from "./running-pipeline.ts";

export type House = {
  api: TestApi;
  pipeline: Pipeline;
  /** An agency that can send, and the blasts as an operator who acts for it sees them. */
  agency(
    o?: Parameters<typeof createAgencyRows>[1],
  ): Promise<{ rows: AgencyRows; blasts: Client<typeof BlastService> }>;
  close(): Promise<void>;
};

/** Starts API, list-sender and scheduler; customer-sender is for the test, which may want another provider. */
export async function startHouse(): Promise<House> {
  let pipeline: Pipeline | undefined;
  const api = await startTestApi({
    publisher: {
      publish: async (envelope) => pipeline!.publisher.publish(envelope),
      publishAll: async (envelopes) => pipeline!.publisher.publishAll(envelopes),
    },
  });
  pipeline = await startPipeline({ databaseUrl: api.databaseUrl });
  const { close } = pipeline;
  await pipeline.startListSender();
  await pipeline.startScheduler();
  return {
    api,
    pipeline,
    async agency(o) {
      const rows = await createAgencyRows(api.database, o);
      return { rows, blasts: createClient(BlastService, api.operatorTransport(rows.agencyId)) };
    },
    async close() {
      await close();
      await api.close();
    },
  };
}

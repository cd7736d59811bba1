// A provider that takes so many mails a second and refuses what is beyond: the senders find its pace and keep just below it.
import { afterAll, beforeAll, expect, it } from "vitest";
import { createMailgun } from "#core/adapters/mailgun/client.ts";
import { acceptBlastRows, createAgencyRows, createCustomerRows } from "#test/support/agency-rows.ts";
import { startLimitedProvider, type LimitedProvider } from "#test/support/limited-provider.ts";
import { startPipeline, type Pipeline } from "#test/support/running-pipeline.ts";

let pipeline: Pipeline;
let provider: LimitedProvider;
const mailsPerS = 500;
const customers = 6_000;

beforeAll(async () => {
  pipeline = await startPipeline();
  provider = await startLimitedProvider();
  await pipeline.startListSender();
  await pipeline.startScheduler();
  const mailer = createMailgun({ apiUrl: provider.url, apiKey: "key", timeoutMs: 5_000 });
  for (let instances = 0; instances < 2; instances += 1)
    await pipeline.startCustomerSender(() => ({ mailer, callTimeoutMs: 5_000, leaseMs: 15_000 }));
});
afterAll(async () => {
  await pipeline?.close();
  await provider?.close();
});

it(
  "two instances find what the provider takes, each for itself, and little is refused",
  { timeout: 120_000 },
  async () => {
    const agency = await createAgencyRows(pipeline.database);
    await createCustomerRows(pipeline.database, agency.agencyId, customers);
    provider.set({ latencyMs: 50, mailsPerS });
    const blastId = await acceptBlastRows(pipeline.database, agency, { audience: { filter: {} } });
    await pipeline.ended(blastId, 100_000);
    const stats = provider.stats();
    expect(stats.mails).toBe(customers);
    // Alone on a machine it is more than nine tenths, and the first refusals are of it; on one that is full other things are slower than the provider.
    expect(stats.steadyMailsPerS).toBeGreaterThan(0.5 * mailsPerS);
    expect(stats.refusedCalls).toBeLessThan(0.15 * stats.calls);
  },
);

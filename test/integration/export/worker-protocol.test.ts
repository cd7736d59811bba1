// What the exporter and its callers may ask of the API, without an exporter.
import { randomUUID } from "node:crypto";
import { Code, createClient, type Client } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AgencyService, Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { ActivityService } from "#gen/fanfare/api/v1/activity_pb.js";
import { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { ExportService, ExportState, ExportWorkerService } from "#gen/fanfare/api/v1/export_pb.js";
import { ExportFormat, ExportSubject } from "#gen/fanfare/work/v1/export_customers_pb.js";
import { exporterKey, startTestApi, type TestAgency, type TestApi } from "#test/support/api.ts";
import { errorOf } from "#test/support/error-of.ts";

let api: TestApi;
let agency: TestAgency;
let other: TestAgency;
let exporter: Client<typeof ExportWorkerService>;
// The clock of tokens; the database's own is another.
let aheadMs = 0;

beforeAll(async () => {
  api = await startTestApi({ nowMs: () => Date.now() + aheadMs });
  [agency, other] = [await api.createTestAgency(), await api.createTestAgency()];
  exporter = createClient(ExportWorkerService, api.transportWith(exporterKey));
});
afterAll(() => api.close());

const spec = { subject: ExportSubject.CUSTOMERS, format: ExportFormat.CSV };
const reasonOf = async (call: Promise<unknown>) =>
  (await errorOf(call)).findDetails(ErrorInfoSchema)[0]?.reason;

async function requested(of: TestAgency = agency) {
  const idempotencyKey = randomUUID();
  const { export: made } = await createClient(ExportService, of.transport).requestExport({
    idempotencyKey,
    spec,
  });
  return { agencyId: of.agencyId, idempotencyKey, exportId: made?.id ?? "" };
}
const begin = ({ agencyId, idempotencyKey }: { agencyId: string; idempotencyKey: string }) =>
  exporter.beginExport({ agencyId, idempotencyKey, worker: "test@here" });
const stateOf = async (exportId: string) =>
  (await createClient(ExportService, agency.transport).getExport({ exportId })).export;

describe("asking for an export", () => {
  it("is accepted once for each key, and refused for the same key with another request", async () => {
    const client = createClient(ExportService, agency.transport);
    const idempotencyKey = randomUUID();
    const first = await client.requestExport({ idempotencyKey, spec });
    expect(first).toMatchObject({ replayed: false, export: { state: ExportState.REQUESTED } });
    const again = await client.requestExport({ idempotencyKey, spec });
    expect(again).toMatchObject({ replayed: true, export: { id: first.export?.id } });
    const changed = { ...spec, search: "a" };
    expect(await reasonOf(client.requestExport({ idempotencyKey, spec: changed }))).toBe(
      "idempotency_key_reused",
    );
  });

  it("is refused with a filter that belongs to another subject", async () => {
    const client = createClient(ExportService, agency.transport);
    const call = client.requestExport({
      idempotencyKey: randomUUID(),
      spec: { ...spec, reason: "opted_out" },
    });
    expect(await reasonOf(call)).toBe("foreign_filter");
  });

  it("takes the role of a sender; a viewer may look, and another agency may not", async () => {
    const { exportId } = await requested();
    const { secret } = await createClient(AgencyService, agency.transport).createApiKey({
      name: "v",
      role: Role.VIEWER,
    });
    const viewer = createClient(ExportService, api.transportWith(secret));
    expect((await viewer.listExports({})).exports.map(({ id }) => id)).toContain(exportId);
    expect(await reasonOf(viewer.requestExport({ idempotencyKey: "x", spec }))).toBe("role_too_low");
    const stranger = createClient(ExportService, other.transport);
    expect(await reasonOf(stranger.getExport({ exportId }))).toBe("unknown_export");
    expect((await stranger.listExports({})).exports).toEqual([]);
  });
});

describe("the exporter's key", () => {
  it("opens no list", async () => {
    const customers = createClient(CustomerService, api.transportWith(exporterKey));
    expect((await errorOf(customers.listCustomers({}))).code).toBe(Code.PermissionDenied);
  });

  it("opens no export that nobody of the agency asked for", async () => {
    const { idempotencyKey } = await requested();
    expect(await reasonOf(begin({ agencyId: other.agencyId, idempotencyKey }))).toBe("unknown_export");
  });

  it("is needed for what the exporter tells: an admin's and the operator's are refused", async () => {
    const wanted = { agencyId: agency.agencyId, idempotencyKey: "k", worker: "w" };
    for (const transport of [agency.transport, api.operatorTransport(agency.agencyId)])
      expect((await errorOf(createClient(ExportWorkerService, transport).beginExport(wanted))).code).toBe(
        Code.PermissionDenied,
      );
  });
});

describe("the token of an export", () => {
  it("opens the lists of its agency and nothing else, until it expires", async () => {
    const made = await requested();
    const { token } = await begin(made);
    const transport = api.transportWith(token);
    await createClient(CustomerService, agency.transport).createCustomer({
      customer: { email: "a@example.com" },
    });
    const { customers } = await createClient(CustomerService, transport).listCustomers({});
    expect(customers.length).toBeGreaterThan(0);
    await createClient(ActivityService, transport).listActivities({});
    expect(await reasonOf(createClient(AgencyService, transport).getAgency({}))).toBe("method_not_open");
    expect(await reasonOf(createClient(ExportService, transport).getExport(made))).toBe("method_not_open");
    aheadMs = 16 * 60_000;
    expect((await errorOf(createClient(CustomerService, transport).listCustomers({}))).code).toBe(
      Code.Unauthenticated,
    );
    aheadMs = 0;
    const forged = token.replace(agency.agencyId, other.agencyId);
    const asOther = createClient(CustomerService, api.transportWith(forged));
    expect((await errorOf(asOther.listCustomers({}))).code).toBe(Code.Unauthenticated);
  });
});

describe("an export's attempts", () => {
  const progress = { rows: 10n, bytes: 100n, checkpoint: new TextEncoder().encode("here") };

  it("go on from what the last one reported, and shut it out", async () => {
    const made = await requested();
    const first = await begin(made);
    expect(first).toMatchObject({ attempt: 1, checkpointAttempt: 0 });
    await exporter.reportExport({ ...made, attempt: 1, ...progress });
    const second = await begin(made);
    expect(second).toMatchObject({ attempt: 2, checkpointAttempt: 1, export: { rows: 10n } });
    expect(new TextDecoder().decode(second.checkpoint)).toBe("here");
    expect(await reasonOf(exporter.reportExport({ ...made, attempt: 1, ...progress }))).toBe("taken_over");
    const done = { ...made, rows: 20n, bytes: 200n, sha256: "0".repeat(64), file: "a/b/c.csv" };
    expect(await reasonOf(exporter.completeExport({ ...done, attempt: 1 }))).toBe("taken_over");
    await exporter.completeExport({ ...done, attempt: 2 });
    expect(await stateOf(made.exportId)).toMatchObject({ state: ExportState.COMPLETED, rows: 20n });
  });

  it("end when it is completed: a message that comes again finds nothing to do", async () => {
    const made = await requested();
    await begin(made);
    await exporter.completeExport({ ...made, attempt: 1, sha256: "0".repeat(64), file: "a/b/c.csv" });
    expect(await begin(made)).toMatchObject({
      attempt: 0,
      token: "",
      export: { state: ExportState.COMPLETED },
    });
  });

  it("may begin again after a failure, for somebody put the message back", async () => {
    const made = await requested();
    await begin(made);
    await exporter.failExport({ ...made, attempt: 1, failure: "the disk is full" });
    expect(await stateOf(made.exportId)).toMatchObject({
      state: ExportState.FAILED,
      failure: "the disk is full",
    });
    expect(await begin(made)).toMatchObject({ attempt: 2, export: { state: ExportState.RUNNING } });
  });

  it("are called again when nobody has touched the export for ten minutes", async () => {
    const made = await requested();
    const messages = () =>
      api.database.asSystem((tx) =>
        tx
          .selectFrom("outbox")
          .select("id")
          .where("subject", "like", `fanfare.work.export.%${agency.agencyId}`)
          .execute(),
      );
    expect((await exporter.reviveExports({})).revived).toBe(0);
    await api.database.asSystem((tx) =>
      tx
        .updateTable("exports")
        .set({ changed_at: new Date(Date.now() - 11 * 60_000) })
        .where("id", "=", made.exportId)
        .execute(),
    );
    const before = (await messages()).length;
    expect((await exporter.reviveExports({})).revived).toBe(1);
    expect((await messages()).length).toBe(before + 1);
    expect((await exporter.reviveExports({})).revived).toBe(0);
  });
});

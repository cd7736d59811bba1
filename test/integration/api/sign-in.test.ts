import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { Code, createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { AgencyService, Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { startTestApi, type TestAgency, type TestApi, transportTo } from "#test/support/api.ts";
import { errorOf } from "#test/support/error-of.ts";

let api: TestApi;
let agency: TestAgency;

beforeAll(async () => {
  api = await startTestApi();
  agency = await api.createTestAgency();
});
afterAll(() => api.close());

const call = (headers: Record<string, string>) =>
  errorOf(createClient(AgencyService, transportTo(api.url, headers)).getAgency({}));

/** A key of a new user with this role. */
async function keyWithRole(role: Role): Promise<{ userId: string; keyId: string; secret: string }> {
  const admin = createClient(AgencyService, agency.transport);
  const { user } = await admin.createUser({ email: `${randomUUID()}@example.com`, role });
  const userId = user?.id ?? "";
  const { key, secret } = await admin.createApiKey({ name: "test", role, userId });
  return { userId, keyId: key?.id ?? "", secret };
}

describe("a call without a good key", () => {
  it.each([
    ["no key", {}, "api_key_missing"],
    ["something else than Bearer", { authorization: "Basic YTpi" }, "api_key_missing"],
    ["a key of another form", { authorization: "Bearer hello" }, "unknown_api_key"],
    ["a key that does not exist", { "x-api-key": `ff_abcdefgh_${"a".repeat(43)}` }, "unknown_api_key"],
  ])("is refused: %s", async (_name, headers, reason) => {
    const error = await call(headers as Record<string, string>);
    expect(error.code).toBe(Code.Unauthenticated);
    const [info] = error.findDetails(ErrorInfoSchema);
    expect(info).toMatchObject({ reason });
    expect(info?.hint).not.toBe("");
  });

  it("never shows the key in the answer", async () => {
    const error = await call({ "x-api-key": agency.apiKey.slice(0, -1) });
    expect(error.message).not.toContain(agency.apiKey.slice(3, 20));
  });
});

describe("keys", () => {
  it("stores a hash only", async () => {
    const rows = await api.database.asSystem((tx) =>
      sql<{ row: string }>`SELECT row_to_json(k)::text AS row FROM api_keys k`.execute(tx),
    );
    const secret = agency.apiKey.slice("ff_12345678_".length);
    expect(rows.rows.length).toBeGreaterThan(0);
    expect(rows.rows.some(({ row }) => row.includes(secret))).toBe(false);
  });

  it("stop opening once revoked, on this instance at once", async () => {
    const { keyId, secret } = await keyWithRole(Role.VIEWER);
    const client = createClient(AgencyService, api.transportWith(secret));
    await client.getAgency({});
    await createClient(AgencyService, agency.transport).revokeApiKey({ keyId });
    expect(await errorOf(client.getAgency({}))).toMatchObject({ code: Code.Unauthenticated });
    const { keys } = await createClient(AgencyService, agency.transport).listApiKeys({});
    expect(keys.find((key) => key.id === keyId)?.revoked).toBe(true);
  });

  it("end with their user, and a demoted user's keys are demoted", async () => {
    const { userId, secret } = await keyWithRole(Role.SENDER);
    const admin = createClient(AgencyService, agency.transport);
    const client = createClient(AgencyService, api.transportWith(secret));
    await admin.updateUser({ userId, role: Role.VIEWER });
    const own = await client.listApiKeys({});
    expect(own.keys.map((key) => key.userId)).toEqual([userId]);
    expect(await errorOf(client.createApiKey({ name: "more", role: Role.SENDER }))).toMatchObject({
      code: Code.PermissionDenied,
    });
    await admin.updateUser({ userId, active: false });
    expect(await errorOf(client.getAgency({}))).toMatchObject({ code: Code.Unauthenticated });
  });

  it("are noted as used, later and not in the call", async () => {
    const { keyId, secret } = await keyWithRole(Role.VIEWER);
    await createClient(AgencyService, api.transportWith(secret)).getAgency({});
    const { keys } = await createClient(AgencyService, agency.transport).listApiKeys({});
    expect(keys.find((key) => key.id === keyId)?.lastUsedAt).toBeUndefined();
  });

  it("can be given at most one's own role, and others' only by an admin", async () => {
    const { secret } = await keyWithRole(Role.SENDER);
    const sender = createClient(AgencyService, api.transportWith(secret));
    expect((await sender.createApiKey({ name: "mine", role: Role.SENDER })).secret).toMatch(/^ff_/);
    expect(await errorOf(sender.createApiKey({ name: "x", role: Role.ADMIN }))).toMatchObject({
      code: Code.PermissionDenied,
    });
    expect(
      await errorOf(sender.createApiKey({ name: "x", role: Role.VIEWER, userId: agency.userId })),
    ).toMatchObject({
      code: Code.PermissionDenied,
    });
  });
});

describe("roles", () => {
  it("keep a viewer from changing anything, and say which role is needed", async () => {
    const { secret } = await keyWithRole(Role.VIEWER);
    const viewer = createClient(AgencyService, api.transportWith(secret));
    const error = await errorOf(viewer.pauseAgency({}));
    expect(error.code).toBe(Code.PermissionDenied);
    expect(error.message).toContain("needs the role admin");
  });

  it("keep an agency's admin from what is the operators'", async () => {
    const admin = createClient(AgencyService, agency.transport);
    for (const refused of [admin.listAgencies({}), admin.topUpCredits({ idempotencyKey: "k", amount: 1n })]) {
      expect(await errorOf(refused)).toMatchObject({ code: Code.PermissionDenied });
    }
    expect(await errorOf(createClient(QueueService, agency.transport).listQueues({}))).toMatchObject({
      code: Code.PermissionDenied,
    });
  });

  it("let an operator act for the agency in the header, and say so when it is missing or wrong", async () => {
    const named = createClient(AgencyService, api.operatorTransport(agency.agencyId));
    expect((await named.getAgency({})).agency?.id).toBe(agency.agencyId);
    const nobody = createClient(AgencyService, api.operatorTransport());
    expect(await errorOf(nobody.getAgency({}))).toMatchObject({ code: Code.FailedPrecondition });
    const wrong = createClient(AgencyService, api.operatorTransport("not-an-id"));
    expect(await errorOf(wrong.getAgency({}))).toMatchObject({ code: Code.InvalidArgument });
    const unknown = createClient(AgencyService, api.operatorTransport(randomUUID()));
    expect(await errorOf(unknown.getAgency({}))).toMatchObject({ code: Code.NotFound });
    expect(await errorOf(unknown.createUser({ email: "a@example.com", role: Role.VIEWER }))).toMatchObject({
      code: Code.NotFound,
    });
  });
});

describe("agencies apart", () => {
  it("answers ids of another agency like ids that do not exist", async () => {
    const other = await api.createTestAgency();
    const client = createClient(AgencyService, other.transport);
    const foreign = await errorOf(client.updateUser({ userId: agency.userId, name: "x" }));
    const nowhere = randomUUID();
    const missing = await errorOf(client.updateUser({ userId: nowhere, name: "x" }));
    expect(foreign.code).toBe(Code.NotFound);
    expect(foreign.message.replace(agency.userId, nowhere)).toBe(missing.message);
    const { users } = await client.listUsers({});
    expect(users.map((user) => user.id)).toEqual([other.userId]);
  });

  it("shows nothing to a query that forgot its agency, and lets nothing be written for another", async () => {
    const other = await api.createTestAgency();
    const seen = await api.database.withAgency(agency.agencyId, (tx) =>
      tx.selectFrom("users").select("agency_id").execute(),
    );
    expect(new Set(seen.map((row) => row.agency_id))).toEqual(new Set([agency.agencyId]));
    const none = await api.database.withAgency("", (tx) => tx.selectFrom("users").select("id").execute());
    expect(none).toEqual([]);
    const write = api.database.withAgency(agency.agencyId, (tx) =>
      tx.insertInto("customer_lists").values({ agency_id: other.agencyId, name: "stolen" }).execute(),
    );
    await expect(write).rejects.toThrow("row-level security");
  });
});

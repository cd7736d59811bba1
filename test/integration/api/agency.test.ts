import { randomUUID } from "node:crypto";
import { Code, createClient } from "@connectrpc/connect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AgencyService, Role, Standing } from "#gen/fanfare/api/v1/agency_pb.js";
import { DoubtPolicy } from "#gen/fanfare/options/v1/doubt_policy_pb.js";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { startTestApi, type TestAgency, type TestApi } from "#test/support/api.ts";
import { errorOf } from "#test/support/error-of.ts";

let api: TestApi;
let agency: TestAgency;

beforeAll(async () => {
  api = await startTestApi();
  agency = await api.createTestAgency();
});
afterAll(() => api.close());

const settings = { name: "Gale", sendingDomain: "Mail.Gale.Example.", timeZone: "europe/berlin" };
const operator = (agencyId?: string) => createClient(AgencyService, api.operatorTransport(agencyId));
const admin = () => createClient(AgencyService, agency.transport);

describe("creating an agency", () => {
  it("answers the first key once; the same call again answers the same agency without it", async () => {
    const request = {
      idempotencyKey: randomUUID(),
      settings,
      adminEmail: "Ann@Gale.example",
      adminName: "Ann",
    };
    const first = await operator().createAgency(request);
    expect(first).toMatchObject({ replayed: false, admin: { role: Role.ADMIN, active: true } });
    expect(first.agency?.settings).toMatchObject({
      sendingDomain: "mail.gale.example",
      timeZone: "Europe/Berlin",
      fromLocalPart: "hello",
      doubtPolicy: DoubtPolicy.HOLD,
    });
    const again = await operator().createAgency(request);
    expect(again).toMatchObject({
      replayed: true,
      apiKey: "",
      agency: { id: first.agency?.id },
      admin: { id: first.admin?.id },
    });
    expect((await createClient(AgencyService, api.transportWith(first.apiKey)).getCredits({})).balance).toBe(
      0n,
    );
  });

  it("refuses the same key with another request", async () => {
    const idempotencyKey = randomUUID();
    await operator().createAgency({ idempotencyKey, settings, adminEmail: "a@gale.example" });
    const error = await errorOf(
      operator().createAgency({ idempotencyKey, settings, adminEmail: "b@gale.example" }),
    );
    expect(error.code).toBe(Code.AlreadyExists);
    expect(error.findDetails(ErrorInfoSchema)[0]?.reason).toBe("idempotency_key_reused");
  });

  it("makes one agency of many calls at once", async () => {
    const request = { idempotencyKey: randomUUID(), settings, adminEmail: "c@gale.example" };
    const answers = await Promise.all(Array.from({ length: 8 }, () => operator().createAgency(request)));
    expect(new Set(answers.map((answer) => answer.agency?.id)).size).toBe(1);
    expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1);
  });

  it.each([
    ["settings.time_zone", { ...settings, timeZone: "Mars/Olympus" }],
    ["settings.time_zone", { ...settings, timeZone: "+05:00" }],
    ["settings.sending_domain", { ...settings, sendingDomain: "localhost" }],
    ["settings.reply_to", { ...settings, replyTo: "nobody" }],
    ["settings.from_name", { ...settings, fromName: "Gale\r\nBcc: x@example.com" }],
  ])("refuses a wrong %s and names the field", async (field, wrong) => {
    const error = await errorOf(
      operator().createAgency({
        idempotencyKey: randomUUID(),
        settings: wrong,
        adminEmail: "d@gale.example",
      }),
    );
    expect(error.code).toBe(Code.InvalidArgument);
    expect(error.findDetails(ErrorInfoSchema)[0]).toMatchObject({ field });
  });
});

describe("an agency", () => {
  it("is changed by its admin, but for its sending domain, which is its operator's to change", async () => {
    const sendingDomain = (await admin().getAgency({})).agency!.settings!.sendingDomain;
    const { agency: changed } = await admin().updateAgency({
      settings: { ...settings, sendingDomain: sendingDomain.toUpperCase(), name: "Storm II", verifyAddresses: true },
    }); // prettier-ignore
    expect(changed?.settings).toMatchObject({ name: "Storm II", verifyAddresses: true, sendingDomain });
    const another = { ...settings, sendingDomain: "mail.neighbour.example" };
    const error = await errorOf(admin().updateAgency({ settings: another }));
    expect(error.code).toBe(Code.PermissionDenied);
    expect(error.findDetails(ErrorInfoSchema)[0]).toMatchObject({
      reason: "operator_only",
      field: "settings.sending_domain",
    });
    expect((await admin().getAgency({})).agency?.settings).toMatchObject({ name: "Storm II", sendingDomain });
    await operator(agency.agencyId).updateAgency({ settings: another });
    expect((await admin().getAgency({})).agency?.settings?.sendingDomain).toBe("mail.neighbour.example");
  });

  it("is paused, resumed and suspended", async () => {
    expect((await admin().pauseAgency({})).agency?.paused).toBe(true);
    expect((await admin().resumeAgency({})).agency?.paused).toBe(false);
    const suspended = await operator(agency.agencyId).setAgencyStanding({
      standing: Standing.SUSPENDED,
      reason: "unpaid",
    });
    expect(suspended.agency?.standing).toBe(Standing.SUSPENDED);
    await operator(agency.agencyId).setAgencyStanding({ standing: Standing.GOOD });
  });

  it("waits with a pause until claims that began before have committed", async () => {
    const { promise: hold, resolve: release } = Promise.withResolvers<void>();
    const { promise: passed, resolve: hasPassed } = Promise.withResolvers<void>();
    const claim = api.database.withAgency(agency.agencyId, async (tx) => {
      await sql`SELECT pg_advisory_xact_lock_shared(hashtextextended(${`fanfare:gate:${agency.agencyId}`}, 0))`.execute(
        tx,
      );
      hasPassed();
      await hold;
    });
    await passed;
    let paused = false;
    const pausing = admin()
      .pauseAgency({})
      .then(() => (paused = true));
    await expect
      .poll(() =>
        api.database.asSystem(
          async (tx) =>
            (
              await sql<{
                n: number;
              }>`SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`.execute(
                tx,
              )
            ).rows[0]?.n,
        ),
      )
      .toBeGreaterThan(0);
    expect(paused).toBe(false);
    release();
    await Promise.all([claim, pausing]);
    await admin().resumeAgency({});
  });
});

describe("users", () => {
  it("are one for each address, however it is spelt", async () => {
    await admin().createUser({ email: "Bo@Example.com", role: Role.SENDER });
    expect(await errorOf(admin().createUser({ email: "bo@EXAMPLE.com", role: Role.SENDER }))).toMatchObject({
      code: Code.AlreadyExists,
    });
    expect(await errorOf(admin().createUser({ email: "no address", role: Role.SENDER }))).toMatchObject({
      code: Code.InvalidArgument,
    });
  });

  it("always include an active admin", async () => {
    const error = await errorOf(admin().updateUser({ userId: agency.userId, active: false }));
    expect(error.findDetails(ErrorInfoSchema)[0]?.reason).toBe("last_admin");
    await admin().updateUser({ userId: agency.userId, name: "Ada" });
    expect((await admin().listUsers({})).users[0]).toMatchObject({
      name: "Ada",
      role: Role.ADMIN,
      active: true,
    });
  });

  it("come in pages that neither repeat nor miss any, and a token that was changed is refused", async () => {
    for (let n = 0; n < 5; n += 1)
      await admin().createUser({ email: `page${n}@example.com`, role: Role.VIEWER });
    const all = (await admin().listUsers({})).users.map((user) => user.id);
    const paged: string[] = [];
    let token = "";
    do {
      const { users, page } = await admin().listUsers({ page: { size: 2, token } });
      paged.push(...users.map((user) => user.id));
      token = page?.nextToken ?? "";
    } while (token !== "");
    expect(paged).toEqual(all);
    for (const wrong of [
      "x",
      "bm9uZQ",
      Buffer.from('[1,"1 OR 1=1"]').toString("base64url"),
      Buffer.from('[2,"a"]').toString("base64url"),
    ]) {
      const error = await errorOf(admin().listUsers({ page: { token: wrong } }));
      expect(error.code).toBe(Code.InvalidArgument);
      expect(error.findDetails(ErrorInfoSchema)[0]?.reason).toBe("invalid_page_token");
    }
  });
});

describe("credits", () => {
  it("are added once for each key, and the balance is the sum of the ledger", async () => {
    const other = await api.createTestAgency();
    const client = operator(other.agencyId);
    const request = { idempotencyKey: randomUUID(), amount: 500n, note: "invoice 1" };
    expect(await client.topUpCredits(request)).toMatchObject({ balance: 500n, replayed: false });
    expect(await client.topUpCredits(request)).toMatchObject({ balance: 500n, replayed: true });
    expect(await errorOf(client.topUpCredits({ ...request, amount: 501n }))).toMatchObject({
      code: Code.AlreadyExists,
    });
    await client.topUpCredits({ idempotencyKey: randomUUID(), amount: 7n });
    const own = createClient(AgencyService, other.transport);
    expect(await own.getCredits({})).toMatchObject({ balance: 507n, reserved: 0n });
    const { entries } = await own.listLedger({});
    expect(entries.map((entry) => [entry.kind, entry.amount, entry.note])).toEqual([
      ["top_up", 7n, ""],
      ["top_up", 500n, "invoice 1"],
    ]);
  });

  it("cannot be negative", async () => {
    const error = await errorOf(
      operator(agency.agencyId).topUpCredits({ idempotencyKey: "minus", amount: -5n }),
    );
    expect(error.code).toBe(Code.InvalidArgument);
    expect(error.findDetails(ErrorInfoSchema)[0]).toMatchObject({
      reason: "invalid_request",
      field: "amount",
    });
  });
});

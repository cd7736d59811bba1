import { randomUUID } from "node:crypto";
import { Code, createClient, type Client } from "@connectrpc/connect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AgencyService, Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import { startTestApi, type TestAgency, type TestApi, transportTo } from "#test/support/api.ts";
import { errorOf } from "#test/support/error-of.ts";

let api: TestApi;
let agency: TestAgency;
const password = "a long enough password";

beforeAll(async () => {
  api = await startTestApi();
  agency = await api.createTestAgency();
});
afterAll(() => api.close());

type Sessions = Client<typeof SessionService>;
const sessions = (headers: Record<string, string> = {}): Sessions =>
  createClient(SessionService, transportTo(api.url, headers));
const agencies = (headers: Record<string, string>) =>
  createClient(AgencyService, transportTo(api.url, headers));
const reasonOf = async (call: Promise<unknown>) =>
  (await errorOf(call)).findDetails(ErrorInfoSchema)[0]?.reason;

/** Calls and answers the cookie that was set, as a browser would send it back. */
async function cookieFrom(call: (onHeader: (header: Headers) => void) => Promise<unknown>): Promise<string> {
  let header = new Headers();
  await call((received) => (header = received));
  const cookie = header.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^fanfare_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Expires=/);
  return cookie.split(";", 1)[0] ?? "";
}

/** A user who has set a password. */
async function invitedUser(role = Role.SENDER) {
  const email = `${randomUUID()}@example.com`;
  const { user } = await createClient(AgencyService, agency.transport).createUser({
    email,
    role,
    name: "Una",
  });
  const userId = user?.id ?? "";
  const { token } = await createClient(SessionService, agency.transport).inviteUser({ userId });
  const cookie = await cookieFrom((onHeader) =>
    sessions().acceptInvitation({ token, password }, { onHeader }),
  );
  return { email, userId, token, cookie };
}

const signIn = (email: string, word = password) =>
  cookieFrom((onHeader) => sessions().signIn({ email, password: word }, { onHeader }));

describe("signing in with a password", () => {
  it("gives a cookie that acts with the user's role in the user's agency", async () => {
    const { email, userId } = await invitedUser(Role.VIEWER);
    const cookie = await signIn(email.toUpperCase());
    const { session } = await sessions({ cookie }).getSession({});
    expect(session).toMatchObject({
      operator: false,
      displayName: "Una",
      user: { id: userId, role: Role.VIEWER },
      agency: { id: agency.agencyId },
    });
    expect(await reasonOf(agencies({ cookie }).pauseAgency({}))).toBe("role_too_low");
  });

  it("answers the same for a wrong password and for an address nobody has", async () => {
    const { email } = await invitedUser();
    const wrong = await errorOf(sessions().signIn({ email, password: "wrong" }));
    const nobody = await errorOf(sessions().signIn({ email: `${randomUUID()}@example.com`, password }));
    expect(wrong.code).toBe(Code.Unauthenticated);
    expect(nobody.message).toBe(wrong.message);
  });

  it("lets nobody guess on: after five wrong passwords the right one waits too", async () => {
    const { email } = await invitedUser();
    for (let tries = 0; tries < 5; tries += 1) {
      expect(await reasonOf(sessions().signIn({ email, password: `wrong ${tries}` }))).toBe("wrong_password");
    }
    const error = await errorOf(sessions().signIn({ email, password }));
    expect(error.code).toBe(Code.ResourceExhausted);
  });

  it("stores neither password nor cookie", async () => {
    const { cookie } = await invitedUser();
    const rows = await api.database.asSystem((tx) =>
      sql<{ row: string }>`SELECT row_to_json(s)::text AS row FROM sessions s
        UNION ALL SELECT row_to_json(p)::text FROM passwords p`.execute(tx),
    );
    const text = rows.rows.map(({ row }) => row).join("\n");
    expect(text).toContain("scrypt$");
    expect(text).not.toContain(password);
    expect(text).not.toContain(cookie.slice("fanfare_session=".length));
  });
});

describe("a session", () => {
  it("ends by signing out", async () => {
    const { cookie } = await invitedUser();
    await sessions({ cookie }).signOut({});
    expect(await reasonOf(sessions({ cookie }).getSession({}))).toBe("session_over");
  });

  it("ends when its user is deactivated", async () => {
    const { cookie, userId } = await invitedUser();
    await sessions({ cookie }).getSession({});
    await createClient(AgencyService, agency.transport).updateUser({ userId, active: false });
    expect(await reasonOf(sessions({ cookie }).getSession({}))).toBe("session_over");
  });

  it("is refused to pages of other origins, and open to our own", async () => {
    const { cookie } = await invitedUser();
    const host = new URL(api.url).host;
    for (const header of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
      expect(await reasonOf(sessions({ cookie, ...header }).getSession({}))).toBe("cross_site");
    }
    await sessions({ cookie, origin: `http://${host}`, "sec-fetch-site": "same-origin" }).getSession({});
  });

  it("leaves others running when a password changes only where it was changed", async () => {
    const { cookie, email } = await invitedUser();
    const other = await signIn(email);
    expect(
      await reasonOf(
        sessions({ cookie }).changePassword({ oldPassword: "wrong", newPassword: "another long one" }),
      ),
    ).toBe("wrong_password");
    await sessions({ cookie }).changePassword({ oldPassword: password, newPassword: "another long one" });
    await sessions({ cookie }).getSession({});
    expect(await reasonOf(sessions({ cookie: other }).getSession({}))).toBe("session_over");
    await signIn(email, "another long one");
  });
});

describe("an invitation", () => {
  it("opens once", async () => {
    const { token } = await invitedUser();
    expect(await reasonOf(sessions().acceptInvitation({ token, password }))).toBe("unknown_invitation");
  });

  it("is for admins to give, and for users of their own agency", async () => {
    const stranger = await api.createTestAgency();
    const { userId } = await invitedUser();
    expect(await reasonOf(createClient(SessionService, stranger.transport).inviteUser({ userId }))).toBe(
      "unknown_user",
    );
    const { cookie } = await invitedUser(Role.SENDER);
    expect(await reasonOf(sessions({ cookie }).inviteUser({ userId }))).toBe("role_too_low");
  });

  it("makes an operator, who switches agencies by header", async () => {
    const asOperator = createClient(SessionService, api.operatorTransport());
    expect(
      await reasonOf(
        createClient(SessionService, agency.transport).inviteOperator({ email: "o@example.com" }),
      ),
    ).toBe("operators_only");
    const { token } = await asOperator.inviteOperator({ email: "olga@example.com", name: "Olga" });
    const cookie = await cookieFrom((onHeader) =>
      sessions().acceptInvitation({ token, password }, { onHeader }),
    );
    const { session } = await sessions({ cookie }).getSession({});
    expect(session).toMatchObject({ operator: true, displayName: "Olga" });
    const acting = { cookie, "fanfare-agency": agency.agencyId };
    expect((await agencies(acting).getAgency({})).agency?.id).toBe(agency.agencyId);
    expect((await agencies({ cookie }).listAgencies({})).agencies.length).toBeGreaterThan(0);
  });
});

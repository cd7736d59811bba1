import { createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { SessionService } from "#gen/fanfare/api/v1/session_pb.js";

/** Everybody of a development stack signs in with this; nothing outside this machine can reach it. */
export const DEV_PASSWORD = "a long storm password";

/** Somebody who may sign in to the console. */
export type Person = { email: string; password: string };
/** An agency that may send, its admin, and an operator of the platform. */
export type People = { agencyId: string; agencyKey: string; admin: Person; operator: Person };

const ADMIN = { email: "ada@storm.example", name: "Ada Admin" };
const OPERATOR = { email: "olga@example.com", name: "Olga Operator" };
const CREDITS = 250_000n;

/**
 * Makes the agency "Storm Insurance" with credits and an admin, and an operator, so that people can sign in. On a database that has them
 * already it changes nothing but their passwords.
 */
export async function makePeople(apiUrl: string, operatorKey: string): Promise<People> {
  const platform = clients(apiUrl, { authorization: `Bearer ${operatorKey}` });
  const { agency, admin, apiKey } = await platform.agencies.createAgency({
    idempotencyKey: "dev-storm-insurance",
    settings: {
      name: "Storm Insurance",
      sendingDomain: "mail.storm.example",
      fromName: "Storm Insurance",
      postalAddress: "12 Harbor Street, Biloxi, MS 39530",
      timeZone: "America/Chicago",
      verifyAddresses: true,
    },
    adminEmail: ADMIN.email,
    adminName: ADMIN.name,
  });
  if (agency === undefined || admin === undefined)
    throw new Error("CreateAgency answered without its agency");
  const acting = clients(apiUrl, { authorization: `Bearer ${operatorKey}`, "fanfare-agency": agency.id });
  await acting.agencies.topUpCredits({
    idempotencyKey: "dev-credits",
    amount: CREDITS,
    note: "A first top-up",
  });
  const invited = await acting.sessions.inviteUser({ userId: admin.id });
  const operator = await platform.sessions.inviteOperator(OPERATOR);
  for (const { token } of [invited, operator])
    await clients(apiUrl, {}).sessions.acceptInvitation({ token, password: DEV_PASSWORD });
  const withPassword = ({ email }: { email: string }): Person => ({ email, password: DEV_PASSWORD });
  return {
    agencyId: agency.id,
    agencyKey: apiKey,
    admin: withPassword(ADMIN),
    operator: withPassword(OPERATOR),
  };
}

function clients(baseUrl: string, headers: Record<string, string>) {
  const withHeaders: Interceptor = (next) => (request) => {
    for (const [name, value] of Object.entries(headers)) request.header.set(name, value);
    return next(request);
  };
  const transport = createConnectTransport({ baseUrl, httpVersion: "1.1", interceptors: [withHeaders] });
  return {
    agencies: createClient(AgencyService, transport),
    sessions: createClient(SessionService, transport),
  };
}

// A broker with the users of deploy/nats/users.conf: the very text that is deployed, under passwords of this run.
import { connectNats } from "#core/adapters/nats/connect.ts";
import { createLogger } from "#core/runtime/log.ts";
import { roles } from "#dev/nats-config/roles.ts";
import { passwordVariable, usersText } from "#dev/nats-config/users-text.ts";
import { startNats, type Nats } from "#dev/stack/nats.ts";

export const log = createLogger({ service: "test", level: "silent" });

const password = "p4ssword-of-a-test";
/** The same as bcrypt makes of it, with the least cost; as an operator would set it. */
const hashed = "$2a$04$H4KtwEyMRIllKZ8lszDA/eyLDTBkPQskrpCfggxDZqFwdjSsNMnFC";

export type GuardedNats = Nats & {
  /** The broker's URL as a user has it. */
  urlOf(user: string): string;
};

/** Starts it. Whoever is in `rotating` may also come as <user>-next. */
export async function startGuardedNats(
  rotating: readonly string[] = [],
  logFile?: string,
): Promise<GuardedNats> {
  // A broker that somebody else owns has users of its own.
  delete process.env["NATS_URL"];
  const names = [...roles.map(({ user }) => user), ...rotating.map((user) => `${user}-next`)];
  const env = Object.fromEntries(
    names.map((user) => [passwordVariable(user), user === "reporter" ? hashed : password]),
  );
  const nats = await startNats({
    users: { config: usersText(roles, rotating), env },
    ...(logFile !== undefined && { logFile }),
  });
  const urlOf = (user: string) => nats.url.replace("nats://", `nats://${user}:${password}@`);
  return Object.assign(nats, { urlOf });
}

/** A connection as this user, or a failure when the broker does not let it in. */
export function connectAs(nats: GuardedNats, user: string) {
  return connectNats({ url: nats.urlOf(user), name: user, log, once: true });
}

import { wantedTopology } from "#core/adapters/nats/wanted-topology.ts";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";
import { permissionsOf } from "./permissions.ts";
import type { Role } from "./roles.ts";

const head = `# Made by \`make nats-config\` from the contracts in proto/ and dev/nats-config/roles.ts; what is written here by hand is lost.
# One account, one user per program, each with the least it needs. Each password comes from the environment of the server and may be a
# bcrypt hash. Without one of them the server does not start. docs/operate-with-nats.md says how to change them.
`;

/** Name of the variable that holds a user's password: customer-sender's is NATS_CUSTOMER_SENDER_PASSWORD. */
export function passwordVariable(user: string): string {
  return `NATS_${user.replaceAll("-", "_").toUpperCase()}_PASSWORD`;
}

/** The server's users as its configuration wants them. A role in `rotating` is there twice, the second time as <user>-next. */
export function usersText(roles: readonly Role[], rotating: readonly string[] = []): string {
  const unknown = rotating.filter((user) => !roles.some((role) => role.user === user));
  if (unknown.length > 0)
    throw new RangeError(
      `There is no user ${unknown.join(", ")}. There are: ${roles.map(({ user }) => user).join(", ")}.`,
    );
  const topology = wantedTopology([...allWorkContracts, ...allEventContracts]);
  const all = roles.flatMap((role) =>
    rotating.includes(role.user) ? [role, { ...role, user: `${role.user}-next` }] : [role],
  );
  const users = all.map((role) => {
    const { publish, subscribe } = permissionsOf(role, topology);
    return `      {
        user: "${role.user}", password: $${passwordVariable(role.user)}
        permissions: {
          publish: ${list(publish)}
          subscribe: ${list(subscribe)}
        }
      }
`;
  });
  return `${head}accounts {
  FANFARE {
    jetstream: enabled
    users: [
${users.join("")}    ]
  }
}
`;
}

function list(subjects: readonly string[]): string {
  // An empty list would allow everything.
  if (subjects.length === 0) return '{ deny: ">" }';
  return `[\n${subjects.map((subject) => `            "${subject}"\n`).join("")}          ]`;
}

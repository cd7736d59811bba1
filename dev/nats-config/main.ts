// `make nats-config`: writes deploy/nats/users.conf. `--check` only says whether it is up to date; `--rotate USER` gives USER a second user,
// USER-next, for the time in which its password changes.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { roles } from "./roles.ts";
import { usersText } from "./users-text.ts";

const file = new URL("../../deploy/nats/users.conf", import.meta.url);

try {
  const options = { check: { type: "boolean" }, rotate: { type: "string", multiple: true } } as const;
  const { values } = parseArgs({ options });
  const text = usersText(roles, values.rotate);
  if (!values.check) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    console.log(
      "deploy/nats/users.conf is not what the contracts give: run make nats-config and commit the result",
    );
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

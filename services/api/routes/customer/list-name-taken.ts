import { Code, type ConnectError } from "@connectrpc/connect";
import { fail } from "../../rpc/fail.ts";

/** The answer when the agency has a list of this name. */
export function listNameTaken(name: string): ConnectError {
  return fail(Code.AlreadyExists, {
    reason: "list_name_taken",
    message: `The agency has a customer list named "${name}".`,
    field: "name",
    hint: "Use that list, or choose another name.",
  });
}

import { readApiConfig } from "../../services/api/config.ts";
import { readCustomerSenderConfig } from "../../services/customer-sender/config.ts";
import { readListSenderConfig } from "../../services/list-sender/config.ts";
import { readSchedulerConfig } from "../../services/scheduler/config.ts";
import { readWebhookSenderConfig } from "../../services/webhook-sender/config.ts";
import { houseFile } from "./files.ts";

const readers: Readonly<Record<string, (env: Readonly<Record<string, string | undefined>>) => unknown>> = {
  api: readApiConfig,
  "customer-sender": readCustomerSenderConfig,
  "list-sender": readListSenderConfig,
  scheduler: readSchedulerConfig,
  "webhook-sender": readWebhookSenderConfig,
};

/** The services that are deployed. */
export const deployedServices: readonly string[] = Object.keys(readers);

/** The variables that a service refuses to start without, as it says so itself. */
export function requiredVariables(service: string): string[] {
  try {
    readers[service]?.({});
  } catch (error) {
    return [...String(error).matchAll(/^ {2}([A-Z][A-Z0-9_]+): is not set/gm)].map(([, name]) => name ?? "");
  }
  return [];
}

/** Every variable that a service knows: in its source, nothing else is written in capitals. */
export function knownVariables(service: string): string[] {
  const own = namesIn(houseFile(`services/${service}/config.ts`));
  const shared = namesIn(houseFile("core/runtime/variables.ts"));
  // The api picks those of the shared ones that it wants; the others take all.
  return service === "api" ? own : [...new Set([...shared, ...own])];
}

function namesIn(source: string): string[] {
  return [...new Set(source.match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g) ?? [])];
}

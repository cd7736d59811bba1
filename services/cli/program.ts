import { Command } from "commander";
import { addAgency } from "./commands/agency.ts";
import { addAudit } from "./commands/audit.ts";
import { addBlasts } from "./commands/blasts.ts";
import { addCredits } from "./commands/credits.ts";
import { addCustomers } from "./commands/customers.ts";
import { addDeadLetters } from "./commands/dead-letters.ts";
import { addDeliveries } from "./commands/deliveries.ts";
import { addExplain } from "./commands/explain.ts";
import { addImport } from "./commands/import.ts";
import { addLedger } from "./commands/ledger.ts";
import { addLists } from "./commands/lists.ts";
import { addOptOut } from "./commands/opt-out.ts";
import { addPreview } from "./commands/preview.ts";
import { addQueue } from "./commands/queue.ts";
import { addQueues } from "./commands/queues.ts";
import { addReplay } from "./commands/replay.ts";
import { addRequeue } from "./commands/requeue.ts";
import { addRetry } from "./commands/retry.ts";
import { addSchedules } from "./commands/schedules.ts";
import { addSend } from "./commands/send.ts";
import { addSendTo } from "./commands/send-to.ts";
import { addSteer } from "./commands/steer.ts";
import { addTemplate } from "./commands/template.ts";
import { addTopUp } from "./commands/top-up.ts";
import { addWatch } from "./commands/watch.ts";
import { wholeNumber } from "./parse.ts";
import { DEFAULT_URL, type Cli } from "./session.ts";

const RETRIES = 4;
const RETRIES_MAX = 20;

const AFTER_HELP = `
Environment:
  FANFARE_URL       address of the API (${DEFAULT_URL})
  FANFARE_API_KEY   key of a user of the agency, or the operator's key
  FANFARE_AGENCY    id of the agency an operator acts for
  NO_COLOR          no colours

Exit codes:
  0  done
  1  refused or failed; standard error says what, where and how to mend it
  2  the command line is wrong
  3  the API cannot be reached

With --json, standard output has one JSON document a line (protobuf's JSON mapping; lists and streams
give a line for each row or update), and errors are one line of JSON on standard error.

Examples:
  fanfare import customers.csv --list "Gulf coast"
  fanfare template create Storm --subject "Stay safe, {{customer.first_name}}" --html storm.html --text storm.txt
  fanfare preview --template Storm --list "Gulf coast" --message "The office closes at noon."
  fanfare send --template Storm --list "Gulf coast" --lane urgent --watch
  fanfare send --template Storm --all --at 2026-12-24T09:00 --rrule "FREQ=MONTHLY;BYDAY=1MO"
  fanfare deliveries BLAST --state skipped --json | jq -r .reason | sort | uniq -c
  fanfare explain BLAST ada@example.com
Here fanfare stands for: npm run -s fanfare --
`;

const GROUPS: readonly (readonly [title: string, add: readonly ((program: Command, cli: Cli) => void)[]])[] =
  [
    ["Customers:", [addImport, addLists, addCustomers, addOptOut]],
    ["Blasts:", [addTemplate, addPreview, addSend, addSendTo, addBlasts, addWatch, addSteer, addSchedules]],
    ["Deliveries:", [addDeliveries, addExplain, addRetry]],
    ["Agencies and credits:", [addAgency, addCredits, addLedger, addTopUp]],
    ["Queues (operators):", [addQueues, addQueue, addDeadLetters, addRequeue, addAudit, addReplay]],
  ];

/** The whole command line. Errors are thrown, never exit. */
export function createProgram(cli: Cli): Command {
  const program = new Command("fanfare")
    .description("Send personalised e-mail blasts, follow them, and explain every delivery.")
    .option("--url <url>", "address of the API (FANFARE_URL)")
    .option(
      "--api-key <key>",
      "key to call with (FANFARE_API_KEY); other users of a machine may see it there",
    )
    .option("--agency <id>", "the agency an operator acts for (FANFARE_AGENCY)")
    .option("--json", "print JSON, one document a line")
    .option(
      "--retries <n>",
      "tries after the first when the API is away",
      wholeNumber("--retries", 0, RETRIES_MAX),
      RETRIES,
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => cli.io.write(text),
      writeErr: (text) => cli.io.writeError(text),
      getOutHelpWidth: cli.io.columns,
      getErrHelpWidth: cli.io.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("(--help shows how it is used)")
    .addHelpText("after", AFTER_HELP);
  for (const [title, adds] of GROUPS) {
    program.commandsGroup(title);
    for (const add of adds) add(program, cli);
  }
  return program;
}

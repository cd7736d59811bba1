// The whole stack with its console, people who may sign in, and a real browser to look at it.
import { join } from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { openDatabase, type Database } from "#core/adapters/postgres/database.ts";
import { toolPath } from "#dev/bootstrap/tools.ts";
import { buildConsole } from "#dev/stack/build-console.ts";
import { makePeople, type People, type Person } from "#dev/stack/people.ts";
import { startStack, type Stack, type StackOptions } from "#dev/stack/stack.ts";

/** Production's numbers made short, so that a doubt settles while somebody looks. */
const env = {
  LOG_LEVEL: "info",
  MAILGUN_TIMEOUT_MS: "2000",
  MAILGUN_BATCH_MAX: "10",
  FANFARE_LEASE_MS: "5000",
  FANFARE_DOUBT_HORIZON_MS: "1500",
};
/** A step of a journey that takes longer than this has failed; a loaded machine is slow. */
const stepMs = 20_000;

export type Bed = {
  stack: Stack;
  database: Database;
  people: People;
  browser: Browser;
  consoleDirectory: string;
  /** A window of its own for each person; a page that throws fails the test that asks `problems`. */
  open(person: Person, options?: Parameters<Browser["newContext"]>[0]): Promise<Page>;
  /** What went wrong in any page since it was last asked. */
  problems(): string[];
  /** Keeps a picture of every open page beside the stack's logs, for whoever wants to know where a test stopped. */
  keepPictures(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts all of it. The browser of this machine is used; one is installed where that is possible. */
export async function startBed(instances: StackOptions["instances"] = {}): Promise<Bed> {
  // Servers that somebody else owns may have other data.
  delete process.env["NATS_URL"];
  delete process.env["DATABASE_URL"];
  const executablePath = toolPath("chromium");
  const consoleDirectory = await buildConsole();
  const stack = await startStack({
    env,
    instances,
    serviceEnv: { api: { FANFARE_CONSOLE_DIR: consoleDirectory } },
  });
  const database = openDatabase({ url: stack.databaseUrl, maxConnections: 2, applicationName: "test" });
  const people = await makePeople(stack.apiUrl, stack.operatorKey);
  // Containers have no user namespaces for the sandbox, and nothing but our own pages is opened.
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const problems: string[] = [];
  return {
    stack,
    database,
    people,
    browser,
    consoleDirectory,
    async open(person, options = {}) {
      const context = await browser.newContext({
        baseURL: stack.apiUrl,
        viewport: { width: 1280, height: 800 },
        reducedMotion: "reduce",
        ...options,
      });
      context.setDefaultTimeout(stepMs);
      listen(context, problems);
      const page = await context.newPage();
      await signIn(page, person);
      return page;
    },
    problems: () => problems.splice(0),
    async keepPictures() {
      const pages = browser.contexts().flatMap((context) => context.pages());
      for (const [at, page] of pages.entries())
        await page.screenshot({ path: join(stack.logDirectory, `page-${at + 1}.png`) });
      console.log(`pictures of the open pages are in ${stack.logDirectory}`);
    },
    async stop() {
      await browser.close();
      await database.close();
      await stack.stop();
    },
  };
}

function listen(context: BrowserContext, problems: string[]): void {
  context.on("weberror", (error) => problems.push(`threw: ${error.error().stack ?? error.error().message}`));
  context.on("console", (message) => {
    // A call that is refused is also an answer; the page shows it.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      problems.push(`logged: ${message.text()}`);
  });
}

async function signIn(page: Page, { email, password }: Person): Promise<void> {
  await page.goto("/");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
}

/** Puts these rules into the sandbox's plan of faults. */
export async function setFaults(stack: Stack, rules: readonly object[]): Promise<void> {
  await steer(stack, "faults", { rules, seed: 7 });
}

/** Changes the sandbox: `config`, `faults`. */
export async function steer(stack: Stack, what: string, body: object): Promise<void> {
  const answer = await fetch(new URL(`/_sandbox/${what}`, stack.sandboxUrl), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the sandbox refuses ${what}: ${answer.status} ${await answer.text()}`);
}

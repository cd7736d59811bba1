import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { MultipartForm } from "#core/adapters/mailgun/multipart-form.ts";
import { buildMessage, isProblem } from "#core/adapters/mailgun/outgoing-batch.ts";
import { compileTemplate } from "#core/domain/rendering/compile-template.ts";
import { renderBatch } from "#core/domain/rendering/render-batch.ts";
import { MAIL_TEMPLATE } from "../setup/mail-template.ts";

const CALLS = 200;
/** As customer-sender works: so many recipients a call, so many calls at once. */
const BATCH = 500;
const CONCURRENT = 4;

/** Calls a second that the sink takes, each the same finished bytes: nothing is claimed, rendered or recorded. */
export async function measureHttp(sinkUrl: string): Promise<{ batchesPerS: number; mailsPerS: number }> {
  const form = batchForm();
  const headers = form.getHeaders();
  const body = form.read() as Buffer;
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENT });
  const url = new URL("/v3/mail.bench.example/messages", sinkUrl);
  let left = CALLS;
  const lane = async () => {
    while (left-- > 0) await post(url, agent, headers, body);
  };
  const beganMs = performance.now();
  await Promise.all(Array.from({ length: CONCURRENT }, lane));
  const seconds = (performance.now() - beganMs) / 1_000;
  agent.destroy();
  return { batchesPerS: CALLS / seconds, mailsPerS: (CALLS * BATCH) / seconds };
}

/** The form that customer-sender would post for a batch of the bench's template. */
function batchForm(): MultipartForm {
  const compiled = compileTemplate(MAIL_TEMPLATE.source);
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join("; "));
  const blastId = randomUUID();
  const contexts = Array.from({ length: BATCH }, (_, index) => customer(index));
  const agency = { name: "Bench Insurance", postal_address: "1 Quay Street", time_zone: "America/Chicago" };
  const rendered = renderBatch(
    compiled.template,
    { agency, blast: { name: "", custom_message: "" } },
    contexts,
  );
  const { subject, html, text } = rendered;
  const recipients = contexts.map((context, index) => {
    const own = rendered.recipients[index];
    if (own?.ok !== true) throw new Error("the template of the bench does not render");
    const variables = { ...own.variables, unsub: context.unsubscribe_url };
    return {
      address: context.customer.email,
      displayName: context.customer.full_name,
      rid: `${blastId}.${index}/1`,
      variables,
    };
  });
  const headers = {
    "List-Unsubscribe": "<%recipient.unsub%>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    Precedence: "bulk",
  };
  const from = "Bench Insurance <hello@mail.bench.example>";
  const built = buildMessage({
    domain: "mail.bench.example", from, subject, html, text, recipients, tag: blastId, headers, timeoutMs: 1,
  }); // prettier-ignore
  if (isProblem(built)) throw new Error(built.evidence);
  const form = new MultipartForm();
  for (const [name, value] of Object.entries(built))
    for (const each of Array.isArray(value) ? value : [value]) form.append(name, each);
  return form;
}

function customer(index: number) {
  const id = randomUUID();
  const email = `some-${index}@customers.example`;
  const [first_name, last_name] = [`Ada${index}`, "Lovelace"];
  const names = { first_name, last_name, full_name: `${first_name} ${last_name}` };
  return {
    customer: { id, email, ...names, locale: "", attributes: { city: `Port ${index % 100}` } },
    unsubscribe_url: `http://127.0.0.1:8080/u/${id}.${randomUUID()}.${randomUUID()}`,
  };
}

function post(url: URL, agent: Agent, headers: Record<string, string>, body: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const call = request(url, { method: "POST", agent, headers, auth: "api:key-bench" }, (response) => {
    response.resume();
    response.on("end", () =>
      response.statusCode === 200 ? resolve() : reject(new Error(`the sink answered ${response.statusCode}`)),
    );
  });
  call.on("error", reject);
  call.end(body);
  return promise;
}

// The usual TypeScript way to build the same flow, as a program: a job for each customer on pg-boss, and a worker that loads the customer,
// renders the template, calls Mailgun through its client and notes that it was sent. It is given what helps it: jobs are inserted by the
// thousand and fetched by the hundred, mails leave many at once, customers are loaded and notes are written a batch at a time.
import Handlebars from "handlebars";
import Mailgun from "mailgun.js";
import pg from "pg";
import PgBoss from "pg-boss";

const QUEUE = "send-to-customer";
const PAGE = 1_000;
const BATCH = 200;
const WORKERS = 4;
const POLL_S = 0.5;

type Job = { blastId: string; customerId: string };
type Customer = { id: string; email: string; first_name: string; city: string };

const { DATABASE_URL = "", MAILGUN_API_URL = "", BLAST_ID = "" } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 16 });
const boss = new PgBoss({ connectionString: DATABASE_URL, max: 16 });
const mailgun = new Mailgun(FormData).client({ username: "api", key: "key-bench", url: MAILGUN_API_URL });
boss.on("error", (error) => console.error(error));

const { rows: templates } = await pool.query<{ subject: string; html: string; text: string }>(
  "SELECT subject, html, text FROM templates WHERE id = 1",
);
const template = templates[0]!;
const html = Handlebars.compile(template.html);

await boss.start();
await boss.createQueue(QUEUE);
for (let worker = 0; worker < WORKERS; worker += 1)
  await boss.work<Job>(QUEUE, { batchSize: BATCH, pollingIntervalSeconds: POLL_S }, sendAll);
console.log(JSON.stringify({ listening: "baseline" }));
process.on("message", () => void enqueue());

async function enqueue(): Promise<void> {
  for (let after = "0"; ;) {
    const { rows } = await pool.query<{ id: string }>(
      "SELECT customer_id AS id FROM members WHERE list_id = 1 AND customer_id > $1 ORDER BY customer_id LIMIT $2",
      [after, PAGE],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    await boss.insert(rows.map(({ id }) => ({ name: QUEUE, data: { blastId: BLAST_ID, customerId: id } })));
    after = last.id;
  }
}

async function sendAll(jobs: PgBoss.Job<Job>[]): Promise<void> {
  const { rows } = await pool.query<Customer>(
    `SELECT id, email, first_name, city FROM customers WHERE id = ANY($1) AND active AND NOT opted_out
       AND NOT EXISTS (SELECT FROM sent WHERE blast_id = $2 AND customer_id = id)`,
    [jobs.map(({ data }) => data.customerId), BLAST_ID],
  );
  const ids = await Promise.all(rows.map(send));
  await pool.query(
    "INSERT INTO sent (blast_id, customer_id, provider_message_id) SELECT $1, * FROM unnest($2::bigint[], $3::text[])",
    [BLAST_ID, rows.map(({ id }) => id), ids],
  );
}

async function send(customer: Customer): Promise<string> {
  const unsubscribe = `http://127.0.0.1:8080/u/${BLAST_ID}.${customer.id}`;
  const answer = await mailgun.messages.create("mail.baseline.example", {
    from: "Bench Insurance <hello@mail.baseline.example>",
    to: customer.email,
    subject: template.subject,
    html: html({
      customer: { first_name: customer.first_name, attributes: { city: customer.city } },
      unsubscribe_url: unsubscribe,
    }),
    text: template.text,
    "o:tag": BLAST_ID,
    "h:List-Unsubscribe": `<${unsubscribe}>`,
  });
  return answer.id ?? "";
}

// `make mixed`: 50,000 deliveries over one durable that TypeScript and Go share.
import { share } from "./share.ts";

const deliveries = Number(process.argv[2] ?? 50_000);
// What a batch costs customer-sender with a provider that answers at once.
const workMs = 250;

const { seconds, samples, ...found } = await share({ deliveries, workMs });
const { byTypeScript, byGo, twice, missing, limit, mostPending, mostHeld } = found;
console.log(
  `${deliveries.toLocaleString("en")} deliveries in ${seconds.toFixed(1)} s: TypeScript handled ${byTypeScript}, Go ${byGo}; ${twice} twice, ${missing} missing`,
);
console.log(
  `in flight: at most ${mostPending} by the broker (asked ${samples} times), ${mostHeld} by the consumers' own count; the limit is ${limit}`,
);
const kept =
  twice === 0 && missing === 0 && mostPending <= limit && mostHeld <= limit && byTypeScript * byGo > 0;
console.log(kept ? "mixed: kept" : "mixed: BROKEN");
process.exit(kept ? 0 : 1);

/** What is known of an address after asking Kickbox. */
export type Verdict =
  | { kind: "judged"; result: VerdictResult; reason: string; flags: VerdictFlags; sendex: number }
  /** The call failed; it says nothing about the address and must not be remembered as its verdict. */
  | { kind: "unavailable"; reason: UnavailableReason; evidence: string; retryAfterMs?: number };

export type VerdictResult = (typeof RESULTS)[number];

export type VerdictFlags = {
  role: boolean;
  free: boolean;
  disposable: boolean;
  acceptAll: boolean;
  /** A likely correction of a typing error. */
  didYouMean: string | null;
};

export type UnavailableReason =
  | "timeout"
  | "rate_limited"
  | "out_of_credit"
  | "unauthorised"
  | "network"
  | "server_error"
  | "refused"
  | "unreadable_answer"
  | "busy"
  | "aborted";

export const RESULTS = ["deliverable", "undeliverable", "risky", "unknown"] as const;

/** Kickbox counts calls a minute and sends no header with its 429: after a minute the count is new. */
export const RATE_LIMIT_WAIT_MS = 60_000;
export const MAX_EVIDENCE_CHARS = 200;

/** Reads an answer of `GET /v2/verify`. Its `success` is about the call, not about the address. */
export function readAnswer(status: number, retryAfter: string | undefined, body: string): Verdict {
  const answer = parseObject(body);
  const message = typeof answer?.["message"] === "string" ? answer["message"] : "";
  const evidence = `HTTP ${status}${message === "" ? "" : `: ${message}`}`.slice(0, MAX_EVIDENCE_CHARS);
  const unavailable = (reason: UnavailableReason): Verdict => ({ kind: "unavailable", reason, evidence });
  if (status === 429)
    return { kind: "unavailable", reason: "rate_limited", evidence, retryAfterMs: readWaitMs(retryAfter) };
  if (status >= 500) return unavailable("server_error");
  // Kickbox answers 403 both to an empty account and to a wrong key; only its words tell them apart.
  if (/insufficient balance|out of credit/i.test(message)) return unavailable("out_of_credit");
  if (status === 401 || status === 403) return unavailable("unauthorised");
  if (status < 200 || status >= 300) return unavailable("refused");
  if (answer === null) return unavailable("unreadable_answer");
  if (answer["success"] === false) return unavailable("refused");
  const result = RESULTS.find((known) => known === answer["result"]);
  if (result === undefined) return unavailable("unreadable_answer");
  const { reason, role, free, disposable, accept_all, did_you_mean, sendex } = answer;
  return {
    kind: "judged",
    result,
    reason: typeof reason === "string" ? reason : "",
    flags: {
      role: role === true,
      free: free === true,
      disposable: disposable === true,
      acceptAll: accept_all === true,
      didYouMean: typeof did_you_mean === "string" && did_you_mean !== "" ? did_you_mean : null,
    },
    sendex: typeof sendex === "number" ? sendex : 0,
  };
}

function readWaitMs(retryAfter: string | undefined): number {
  return retryAfter !== undefined && /^\d{1,5}$/.test(retryAfter)
    ? Number(retryAfter) * 1_000
    : RATE_LIMIT_WAIT_MS;
}

function parseObject(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** The largest message a caller may send: a CSV of 4 MiB in JSON (escaped), and nothing else comes near. */
export const readMaxBytes = 5 * 1024 * 1024;
/** The largest answer: a page of 1,000 rows of the fattest kind, far below what clients accept by default over Connect. */
export const writeMaxBytes = 16 * 1024 * 1024;
/** One chunk of a streamed CSV is at most 1 MiB; the rest is the envelope around it. */
export const importChunkMaxBytes = 1024 * 1024 + 64 * 1024;
/** Longest deadline of a call that is not a stream; PostgreSQL gives up a statement after 30 s. */
export const callMaxTimeoutMs = 2 * 60_000;
/** Longest deadline of an audit, which reads every delivery of a month more than once. */
export const auditMaxTimeoutMs = 60 * 60_000;
/** Longest deadline of a stream: a blast to a million is watched for hours, an import lasts as long as its file. */
export const streamMaxTimeoutMs = 24 * 60 * 60_000;

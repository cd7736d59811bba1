/** The caps that keep one template from costing more than a mail may cost. All counts, no clock: the verdict is the same on every machine. */
export type TemplateLimits = {
  /** Longest subject source. 1,000: a header line may hold 998 characters (RFC 5322 §2.1.1). */
  maxSubjectSourceChars: number;
  /** Longest HTML or text source. 256 Ki: Gmail clips at 102 KB, so this is already more than a reader sees. */
  maxBodySourceChars: number;
  /** Most syntax nodes in one part. 5,000: a rich newsletter has a few hundred. */
  maxNodes: number;
  /** Deepest nesting of blocks, `else if` chains and (helper calls). 24: above any mail seen, far below the stack. */
  maxDepth: number;
  /** Deepest `each` inside `each`. 2: a list of policies, each with its coverages; three multiply out of hand. */
  maxEachDepth: number;
  /** Most block bodies, printed values and KiB of helper input in one rendering. 20,000 is about 10 ms. */
  maxSteps: number;
  /** Most characters of subject, HTML and text together. 1 Mi: ten times what mail programs show. */
  maxOutputChars: number;
  /** Longest rendered subject, in characters. 998: the longest header line (RFC 5322 §2.1.1). */
  maxRenderedSubjectChars: number;
};

/** What the house allows unless the caller says otherwise. */
export const DEFAULT_TEMPLATE_LIMITS: TemplateLimits = {
  maxSubjectSourceChars: 1_000,
  maxBodySourceChars: 256 * 1024,
  maxNodes: 5_000,
  maxDepth: 24,
  maxEachDepth: 2,
  maxSteps: 20_000,
  maxOutputChars: 1024 * 1024,
  maxRenderedSubjectChars: 998,
};

/** Most customers of one `renderBatch`. 1,000: what Mailgun takes in one call. */
export const MAX_BATCH_CUSTOMERS = 1_000;

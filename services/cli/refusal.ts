/** The API was reached, and what was asked for still cannot be done or did not come out well: exit code 1. */
export class Refusal extends Error {
  readonly reason: string;
  readonly hint: string;
  constructor(reason: string, message: string, hint: string) {
    super(message);
    this.name = "Refusal";
    this.reason = reason;
    this.hint = hint;
  }
}

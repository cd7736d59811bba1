import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import { quickCheckOf, type QuickCheck } from "./quick-check.ts";

// One for the process: its first use of a type compiles the rules (200–300 ms in all), every later one costs 8–9 µs.
const validator = createValidator();

const quickChecks = new WeakMap<DescMessage, QuickCheck>();

function quickCheck(desc: DescMessage): QuickCheck {
  let check = quickChecks.get(desc);
  if (check === undefined) quickChecks.set(desc, (check = quickCheckOf(desc) ?? (() => false)));
  return check;
}

// A message can break thousands of rules (10,000 ids); a person reads the first few.
const maxViolationsTold = 5;

/** Compiles the rules of these types now, so that the first message does not wait for it. */
export function warmValidation(descs: readonly DescMessage[]): void {
  for (const desc of descs) validator.validate(desc, create(desc));
}

/** What breaks the rules of the contract, as a sentence; undefined when nothing does. */
export function violationsOf<D extends DescMessage>(desc: D, message: MessageShape<D>): string | undefined {
  if (quickCheck(desc)(message)) return undefined;
  const result = validator.validate(desc, message);
  switch (result.kind) {
    case "valid":
      return undefined;
    case "invalid": {
      const told = result.violations.slice(0, maxViolationsTold).map((violation) => violation.toString());
      const more = result.violations.length - told.length;
      return told.join("; ") + (more > 0 ? `; and ${more} more` : "");
    }
    case "error":
      // The rules themselves are broken: no message is to blame, so none may be thrown away for it.
      throw new Error(
        `The validation rules of ${desc.typeName} cannot be evaluated: ${result.error.message}`,
        { cause: result.error },
      );
  }
}

// Kits with one fault each, in a copy that is gone afterwards: what the suite is for is finding them.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "#dev/bootstrap/tools.ts";
import { quoted } from "./workers.ts";

/** A change of one line of a kit. */
export type Fault = { file: string; from: string; to: string };

/** A kit that can be broken: `build` makes a worker of it in a directory of its own and answers its command. */
export type Kit = {
  build: (directory: string, fault: Fault) => Promise<string>;
  faults: Readonly<Record<FaultName, Fault>>;
};
export type FaultName =
  | "forgets the dead letter"
  | "acknowledges before the work is done"
  | "sends no heartbeat"
  | "counts waiting as failing"
  | "checks no rules";

const run = promisify(execFile);
// A Go kit is compiled and linked again; minutes mean that the machine hangs.
const buildTimeoutMs = 300_000;

export const kits: Readonly<Record<string, Kit>> = {
  TypeScript: {
    async build(directory, fault) {
      for (const path of ["package.json", "core/runtime", "core/adapters/nats", "test/conformance/worker.ts"])
        cpSync(join(ROOT, path), join(directory, path), { recursive: true });
      for (const path of ["gen", "node_modules"]) symlinkSync(join(ROOT, path), join(directory, path));
      writeFileSync(join(directory, fault.file), broken(fault));
      return `${quoted(process.execPath)} ${quoted(join(directory, "test/conformance/worker.ts"))}`;
    },
    faults: {
      "forgets the dead letter": {
        file: "core/runtime/settle.ts",
        from: "await storeDeadLetter(connection, letter, timeMs);",
        to: "void storeDeadLetter;",
      },
      "acknowledges before the work is done": {
        file: "core/runtime/lane.ts",
        from: "    heartbeat.hold(message);\n",
        to: "    heartbeat.hold(message);\n    message.ack();\n",
      },
      "sends no heartbeat": {
        file: "core/runtime/heartbeat.ts",
        from: "message.working();",
        to: "void message;",
      },
      "counts waiting as failing": {
        file: "core/runtime/settle.ts",
        from: "quietly(() => nak(held, outcome.delayMs));",
        to: "if (held) return fail(held, outcome.reason, outcome.delayMs);",
      },
      "checks no rules": {
        file: "core/runtime/envelope.ts",
        from: "const detail = violationsOf(desc, message);",
        to: "const detail = violationsOf(desc, message) && undefined;",
      },
    },
  },
  Go: {
    async build(directory, fault) {
      const changed = join(directory, "changed.go");
      const overlay = join(directory, "overlay.json");
      const program = join(directory, "worker");
      writeFileSync(changed, broken(fault));
      writeFileSync(overlay, JSON.stringify({ Replace: { [join(ROOT, fault.file)]: changed } }));
      await run(
        "go",
        ["build", "-buildvcs=false", "-overlay", overlay, "-o", program, "./cmd/conformance-worker"],
        {
          cwd: join(ROOT, "kits/go"),
          env: { ...process.env, GOFLAGS: "", CGO_ENABLED: "0" },
          timeout: buildTimeoutMs,
        },
      );
      return quoted(program);
    },
    faults: {
      "forgets the dead letter": {
        file: "kits/go/worker/settle.go",
        from: "if err := Publish(ctx, s.js, letter,",
        to: "if err := func(...any) error { return nil }(ctx, s.js, letter,",
      },
      "acknowledges before the work is done": {
        file: "kits/go/worker/lane.go",
        from: "\tl.buffer <- message\n",
        to: "\t_ = message.ack()\n\tl.buffer <- message\n",
      },
      "sends no heartbeat": { file: "kits/go/worker/lane.go", from: "message.working()", to: "_ = message" },
      "counts waiting as failing": {
        file: "kits/go/worker/settle.go",
        from: "\tcase Defer:\n\t\ts.quietly(held.nak(clamp(o.After)))",
        to: "\tcase Defer:\n\t\ts.fail(held, o.Reason, o.After)",
      },
      "checks no rules": {
        file: "kits/go/worker/admit.go",
        from: "err := w.validator.Validate(message)",
        to: "var err error",
      },
    },
  },
  Python: {
    async build(directory, fault) {
      // What lies beside a script goes before everything else on its path.
      cpSync(join(ROOT, "kits/python/fanfare_worker"), join(directory, "fanfare_worker"), {
        recursive: true,
      });
      cpSync(join(ROOT, "kits/python/conformance_worker.py"), join(directory, "conformance_worker.py"));
      rmSync(join(directory, "fanfare_worker/__pycache__"), { recursive: true, force: true });
      writeFileSync(join(directory, fault.file.replace("kits/python/", "")), broken(fault));
      return `${quoted(join(ROOT, "dev/bootstrap/python"))} ${quoted(join(directory, "conformance_worker.py"))}`;
    },
    faults: {
      "forgets the dead letter": {
        file: "kits/python/fanfare_worker/settle.py",
        from: "await self._publisher.publish(letter, event_id=letter.id, traceparent=traceparent_of(held.headers))",
        to: "pass",
      },
      "acknowledges before the work is done": {
        file: "kits/python/fanfare_worker/lane.py",
        from: "        self._held[held] = asyncio.create_task(",
        to: "        await held.ack()\n        self._held[held] = asyncio.create_task(",
      },
      "sends no heartbeat": {
        file: "kits/python/fanfare_worker/lane.py",
        from: "await held.working()",
        to: "await asyncio.sleep(0)",
      },
      "counts waiting as failing": {
        file: "kits/python/fanfare_worker/settle.py",
        from: "await self._give_back(held, outcome.delay or 0)",
        to: "await self._fail(held, outcome)",
      },
      "checks no rules": {
        file: "kits/python/fanfare_worker/envelope.py",
        from: "if violations := violations_of(message):",
        to: 'if violations := "":',
      },
    },
  },
};

/** Calls `use` with the command of a worker on the broken kit. */
export async function withFault<T>(kit: Kit, fault: Fault, use: (command: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "fanfare-broken-kit-"));
  try {
    return await use(await kit.build(directory, fault));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function broken({ file, from, to }: Fault): string {
  const text = readFileSync(join(ROOT, file), "utf8");
  if (text.split(from).length !== 2)
    throw new Error(
      `${file} should have exactly one ${JSON.stringify(from)}: it has changed, so plant the fault where that went.`,
    );
  return text.replace(from, () => to);
}

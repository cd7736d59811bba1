// A step of `make check`: would this working tree break those who use the contracts of main?
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./tools.ts";

function git(...args: string[]): string | undefined {
  const result = spawnSync("git", args, { cwd: ROOT, encoding: "utf8" });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/** The commit to compare with. A clone that was made for one commit (detached, shallow) may know main only as origin's, or not at all. */
function baseline(): string | undefined {
  for (const ref of ["refs/heads/main", "refs/remotes/origin/main"]) {
    const commit = git("rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
    if (commit !== undefined) return commit;
  }
  return undefined;
}

function compareWith(commit: string): number {
  const scratch = mkdtempSync(join(tmpdir(), "fanfare-breaking-"));
  try {
    // buf's own `.git#branch=main` clones, which fails in shallow clones and work trees; an archive needs one commit only.
    const archive = execFileSync("git", ["archive", commit, "buf.yaml", "proto"], {
      cwd: ROOT,
      maxBuffer: 64 * 1024 * 1024,
    });
    execFileSync("tar", ["-x", "-C", scratch], { input: archive });
    const result = spawnSync("buf", ["breaking", "--against", scratch], {
      cwd: ROOT,
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (result.status !== 0)
      console.log(
        `That is against main at ${commit.slice(0, 12)}. Add new fields and messages beside the old ones instead.`,
      );
    return result.status ?? 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const commit = baseline();
if (commit === undefined) {
  console.log(
    "skipped: this clone does not know main. `git fetch origin main:refs/remotes/origin/main` mends it.",
  );
} else if (
  git("cat-file", "-e", `${commit}:buf.yaml`) === undefined ||
  git("cat-file", "-e", `${commit}:proto`) === undefined
) {
  console.log(`skipped: main at ${commit.slice(0, 12)} has no contracts yet`);
} else {
  process.exitCode = compareWith(commit);
}

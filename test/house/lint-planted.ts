import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";

/** One thing that the linter said. */
export type Finding = { path: string; rule: string; words: string };

type Report = { diagnostics: { code: string; message: string; help?: string; filename: string }[] };

/** Lints files that exist nowhere else, in a house that has our rules and nothing in it. */
export function lintPlanted(files: Readonly<Record<string, string>>): Finding[] {
  const house = mkdtempSync(join(tmpdir(), "fanfare-planted-"));
  try {
    for (const name of [".oxlintrc.json", "tsconfig.json", "package.json"])
      cpSync(join(PROJECT_DIRECTORY, name), join(house, name));
    symlinkSync(join(PROJECT_DIRECTORY, "node_modules"), join(house, "node_modules"));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(house, path)), { recursive: true });
      writeFileSync(join(house, path), text);
    }
    const oxlint = join(house, "node_modules/.bin/oxlint");
    const { stdout, stderr } = spawnSync(oxlint, ["--type-aware", "--format=json"], {
      cwd: house,
      encoding: "utf8",
    });
    if (!stdout.trimStart().startsWith("{")) throw new Error(`oxlint said: ${stdout}${stderr}`);
    return (JSON.parse(stdout) as Report).diagnostics.map(({ filename, code, message, help = "" }) => ({
      path: filename,
      rule: code,
      words: `${message} ${help}`,
    }));
  } finally {
    rmSync(house, { recursive: true, force: true });
  }
}

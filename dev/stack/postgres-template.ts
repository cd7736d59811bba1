import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { makeRunDirectory } from "./run-directory.ts";
import { userCacheDirectory } from "./user-cache.ts";

const run = promisify(execFile);

/** Raise it when what `initdb` is told below changes. */
const TEMPLATE_FORMAT = 1;
export const DATABASE = "fanfare";
export const SUPERUSER = "postgres";

/**
 * Makes `directory` a fresh cluster with the empty database, owned by whom PostgreSQL runs as. `initdb` runs once per
 * user and release; later clusters are copies of its result (0.1 s for 0.8 s). Returns the superuser's password.
 */
export async function createCluster(binaries: PostgresBinaries, directory: string): Promise<string> {
  const template = await ensureTemplate(binaries);
  await run("cp", ["-R", "-p", join(template, "data"), directory]);
  await giveTo(binaries, directory);
  return readFileSync(join(template, "password"), "utf8");
}

async function ensureTemplate(binaries: PostgresBinaries): Promise<string> {
  const { stdout } = await run(binaries.postgres, ["--version"], { cwd: "/" });
  const version = /\d+(\.\d+)*/.exec(stdout)?.[0] ?? "unknown";
  const template = join(userCacheDirectory(), "postgres", `${version}-${process.arch}-${TEMPLATE_FORMAT}`);
  if (existsSync(join(template, "password"))) return template;

  // Built where PostgreSQL's user may go, moved whole to where only we may: several builders do no harm.
  const scratch = makeRunDirectory("initdb");
  const half = `${template}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    const password = await initialise(binaries, scratch.path);
    mkdirSync(half, { recursive: true, mode: 0o700 });
    await run("cp", ["-R", "-p", join(scratch.path, "data"), join(half, "data")]);
    writeFileSync(join(half, "password"), password, { mode: 0o600 });
    mkdirSync(dirname(template), { recursive: true });

    await rename(half, template).catch((error: unknown) => {
      if (!existsSync(join(template, "password"))) throw error;
    });
  } finally {
    rmSync(half, { recursive: true, force: true });
    scratch.remove();
  }
  return template;
}

async function initialise(binaries: PostgresBinaries, scratch: string): Promise<string> {
  // Only this machine can connect, but others may share it.
  const password = randomBytes(12).toString("hex");
  const passwordFile = join(scratch, "password");
  const data = join(scratch, "data");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  mkdirSync(data, { mode: 0o700 });
  if (binaries.user) {
    chownSync(passwordFile, binaries.user.uid, binaries.user.gid);
    chownSync(data, binaries.user.uid, binaries.user.gid);
  }
  const options = { cwd: "/", ...binaries.user };
  // The built-in locale sorts the same on every machine, whatever its C library.
  const locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"];
  const auth = ["--auth=scram-sha-256", `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`];
  await run(binaries.initdb, [`--pgdata=${data}`, "--no-sync", ...locale, ...auth], options);
  const single = run(
    binaries.postgres,
    ["--single", "-D", data, "-c", "log_checkpoints=off", "postgres"],
    options,
  );
  single.child.stdin?.end(`CREATE DATABASE ${DATABASE}\n`);
  await single;
  return password;
}

async function giveTo(binaries: PostgresBinaries, directory: string): Promise<void> {
  if (!binaries.user) return;
  const { uid, gid } = binaries.user;
  await run("chown", ["-R", `${uid}:${gid}`, basename(directory)], { cwd: dirname(directory) });
}

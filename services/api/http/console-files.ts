import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

/** The built console in memory, by path. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;
type ConsoleFile = { type: string; plain: Buffer; gzip: Buffer | undefined; immutable: boolean };

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".json": "application/json",
};
const compressible = new Set([".html", ".js", ".css", ".svg", ".json"]);
// A build of the console is a few MB; a directory beyond this is something else, named by mistake.
const maxFiles = 500;

/** Reads the build in `directory` once. Throws when it holds no index.html. */
export function readConsoleFiles(directory: string): ConsoleFiles {
  if (!existsSync(join(directory, "index.html"))) {
    throw new Error(
      `FANFARE_CONSOLE_DIR=${directory} holds no index.html. Build the console there, or unset the variable to serve none.`,
    );
  }
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) in types)
    .map((entry) => join(entry.parentPath, entry.name));
  if (paths.length > maxFiles)
    throw new Error(`FANFARE_CONSOLE_DIR=${directory} holds ${paths.length} files.`);
  return new Map(paths.map((path) => [`/${relative(directory, path)}`, readOne(path)]));
}

function readOne(path: string): ConsoleFile {
  const plain = readFileSync(path);
  const extension = extname(path);
  return {
    type: types[extension] ?? "application/octet-stream",
    plain,
    gzip: compressible.has(extension) ? gzipSync(plain) : undefined,
    // The bundler puts a hash of the content into these names.
    immutable: path.includes("/assets/"),
  };
}

// Previews of templates run in frames without scripts; they show pictures from anywhere and bring their own styles.
const policy = [
  "default-src 'self'",
  "img-src 'self' data: https:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Answers a page or a file of the console; false when the address is none of it. Every address without an extension is a page: the
 * console's router knows which.
 */
export function answerConsole(
  request: IncomingMessage,
  response: ServerResponse,
  files: ConsoleFiles,
): boolean {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  const path = request.url?.split("?", 1)[0] ?? "/";
  const file = files.get(path) ?? (isPage(path) ? files.get("/index.html") : undefined);
  if (file === undefined) return false;
  const gzip = file.gzip !== undefined && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  const body = gzip ? file.gzip : file.plain;
  response.writeHead(200, {
    "content-type": file.type,
    "content-length": body?.length ?? 0,
    ...(gzip ? { "content-encoding": "gzip" } : {}),
    vary: "accept-encoding",
    "cache-control": file.immutable ? "public, max-age=31536000, immutable" : "no-cache",
    "content-security-policy": policy,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
  });
  response.end(request.method === "HEAD" ? undefined : body);
  return true;
}

// Paths of calls have dots (fanfare.api.v1.…), so a misspelt call gets its 404 and no page.
function isPage(path: string): boolean {
  return !path.includes(".");
}

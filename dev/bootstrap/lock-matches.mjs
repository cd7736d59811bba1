// Exits 0 when node_modules holds just what package-lock.json asks for. Plain JavaScript, because it runs on
// whatever Node the machine has, before the pinned one is installed.
import { readFileSync } from "node:fs";

const read = (path) => JSON.parse(readFileSync(path, "utf8"));

function mismatch() {
  const manifest = read("package.json");
  const wanted = read("package-lock.json").packages;
  for (const kind of ["dependencies", "devDependencies", "optionalDependencies"]) {
    const locked = wanted[""][kind] ?? {};
    const asked = manifest[kind] ?? {};
    for (const name of new Set([...Object.keys(locked), ...Object.keys(asked)])) {
      if (locked[name] !== asked[name]) {
        return `package.json wants ${name} ${asked[name] ?? "gone"}, package-lock.json has ${locked[name] ?? "nothing"}: run npm install and commit both`;
      }
    }
  }
  // npm notes there what it really installed.
  const present = read("node_modules/.package-lock.json").packages;
  for (const [path, entry] of Object.entries(wanted)) {
    // Packages for other platforms are optional and stay away.
    if (path === "" || (entry.optional && !present[path])) continue;
    if (present[path]?.version !== entry.version) {
      return `${path} should be ${entry.version}, is ${present[path]?.version ?? "missing"}`;
    }
  }
  return undefined;
}

try {
  const problem = mismatch();
  if (problem) throw new Error(problem);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

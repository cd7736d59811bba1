import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

// OWASP's advice for scrypt: N = 2^15 with r = 8 and p = 3: 32 MB and a fifth of a second for each try.
const cost = { N: 2 ** 15, r: 8, p: 3 };
const maxMemoryBytes = 64 * 1024 * 1024;
const hashBytes = 32;
const saltBytes = 16;
// Two at a time: sign-ins may wait for each other, other calls must not wait for them.
const maxAtOnce = 2;

let running = 0;
const waiting: (() => void)[] = [];

/** A hash to store: `scrypt$N$r$p$<salt>$<hash>`, both base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, cost);
  return ["scrypt", cost.N, cost.r, cost.p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/** True when the password is the one of the hash. Without a hash it takes as long and answers false, so that nobody learns who exists. */
export async function checkPassword(password: string, stored: string | null | undefined): Promise<boolean> {
  const [kind, n, r, p, salt = "", hash = ""] = (stored ?? "").split("$");
  if (kind !== "scrypt") {
    await derive(password, Buffer.alloc(saltBytes), cost);
    return false;
  }
  const expected = Buffer.from(hash, "base64url");
  const given = await derive(password, Buffer.from(salt, "base64url"), {
    N: Number(n),
    r: Number(r),
    p: Number(p),
  });
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function derive(password: string, salt: Buffer, options: typeof cost): Promise<Buffer> {
  if (running >= maxAtOnce) await new Promise<void>((go) => waiting.push(go));
  else running += 1;
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      // One form of each letter, as NIST 800-63B asks, so that a password typed on another keyboard fits.
      const text = password.normalize("NFKC");
      scrypt(text, salt, hashBytes, { ...options, maxmem: maxMemoryBytes }, (error, hash) =>
        error === null ? resolve(hash) : reject(error),
      );
    });
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

import { describe, expect, it } from "vitest";
import { createLogger } from "#core/runtime/log.ts";
import { hashApiKey, looksLikeApiKey, mintApiKey } from "./api-key.ts";
import { createLastUsed } from "./last-used.ts";
import { createSignIn } from "./sign-in.ts";

describe("signing in", () => {
  it("asks the database once in 10 s for a key, however many calls come", async () => {
    let nowMs = 0;
    let asked = 0;
    const signIn = createSignIn(
      async () => {
        asked += 1;
        return undefined;
      },
      () => nowMs,
    );
    const hash = hashApiKey("one");
    await Promise.all([signIn.ownerOf(hash), signIn.ownerOf(hash)]);
    nowMs = 9_999;
    await signIn.ownerOf(hash);
    expect(asked).toBe(1);
    nowMs = 10_000;
    await signIn.ownerOf(hash);
    expect(asked).toBe(2);
    signIn.forget();
    await signIn.ownerOf(hash);
    expect(asked).toBe(3);
  });

  it("does not remember that the database was away", async () => {
    let away = true;
    const signIn = createSignIn(
      async () => {
        if (away) throw new Error("away");
        return undefined;
      },
      () => 0,
    );
    await expect(signIn.ownerOf(hashApiKey("one"))).rejects.toThrow("away");
    away = false;
    await expect(signIn.ownerOf(hashApiKey("one"))).resolves.toBeUndefined();
  });
});

describe("a new key", () => {
  it("has the form that is documented, and no two are alike", () => {
    const keys = Array.from({ length: 100 }, mintApiKey);
    for (const { text, prefix, hash } of keys) {
      expect(text.startsWith(`ff_${prefix}_`)).toBe(true);
      expect(looksLikeApiKey(text)).toBe(true);
      expect(hash).toEqual(hashApiKey(text));
    }
    expect(new Set(keys.map((key) => key.text)).size).toBe(100);
  });
});

describe("the last use of keys", () => {
  it("is written together, once for each key, and failing does no harm", async () => {
    const written: string[][] = [];
    let away = false;
    const lastUsed = createLastUsed(
      async (ids) => {
        if (away) throw new Error("away");
        written.push(ids);
      },
      createLogger({ service: "test", level: "silent" }),
    );
    for (const id of ["a", "b", "a"]) lastUsed.note(id);
    await lastUsed.flush();
    away = true;
    lastUsed.note("c");
    await lastUsed.flush();
    await lastUsed.stop();
    expect(written).toEqual([["a", "b"]]);
  });
});

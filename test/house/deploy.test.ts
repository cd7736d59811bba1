// What can be said of deploy/ without a container engine: names agree, and nothing that a service requires is missing.
import { describe, expect, test } from "vitest";
import { NODE_FLAGS } from "#dev/stack/services.ts";
import { houseFile, houseFiles } from "./files.ts";
import { deployedServices, knownVariables, requiredVariables } from "./variables.ts";

const dockerfile = houseFile("deploy/Dockerfile");
const compose = houseFile("deploy/compose.yaml");
const targets = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, name]) => name ?? "");

/** The lines of one service in compose.yaml. */
function composeService(name: string): string {
  const [, block] = new RegExp(`^  ${name}:\\n((?:    .*\\n|\\n)+)`, "m").exec(compose) ?? [];
  if (block === undefined) throw new Error(`compose.yaml has no service ${name}`);
  return block;
}

const nodeFlags = (service: string): readonly string[] => NODE_FLAGS[`services/${service}`] ?? [];

/** Names of `env` entries in a Kubernetes manifest. */
const manifestVariables = (text: string): string[] =>
  [...text.matchAll(/^ +- name: ([A-Z][A-Z0-9_]+)$/gm)].map(([, name]) => name ?? "");

const composeVariables = (text: string): string[] =>
  [...text.matchAll(/^ {6}([A-Z][A-Z0-9_]+): /gm)].map(([, name]) => name ?? "");

describe.each(deployedServices)("%s", (service) => {
  const manifest = houseFile(`deploy/k8s/${service}.yaml`);

  test("has every variable that it requires, in compose and in Kubernetes", () => {
    const required = requiredVariables(service);
    expect(required).toContain("DATABASE_URL");
    expect(composeVariables(composeService(service))).toEqual(expect.arrayContaining(required));
    expect(manifestVariables(manifest)).toEqual(expect.arrayContaining(required));
  });

  test("is given no variable that it does not know", () => {
    const known = knownVariables(service);
    expect(known).toEqual(expect.arrayContaining(composeVariables(composeService(service))));
    expect(known).toEqual(expect.arrayContaining(manifestVariables(manifest)));
  });

  test("is an image with its own program, probes and a disruption budget", () => {
    expect(targets).toContain(service);
    const command = ["node", ...nodeFlags(service), `services/${service}/main.ts`];
    expect(dockerfile).toContain(`CMD [${command.map((part) => JSON.stringify(part)).join(", ")}]\n`);
    expect(composeService(service)).toContain(`target: ${service}\n`);
    for (const needed of [
      "path: /healthz",
      "path: /readyz",
      "kind: PodDisruptionBudget",
      `image: fanfare/${service}\n`,
    ])
      expect(manifest).toContain(needed);
  });
});

// What Node, its code, buffers of sockets and other threads take beside the heap: 100 MB were measured, and twice that is safe.
const besideHeapMb = 200;

test.each(deployedServices)("%s ends by its heap's limit before the container's kills it", (service) => {
  const [, limitMb = 0] = /limits: \{ memory: (\d+)Mi \}/.exec(houseFile(`deploy/k8s/${service}.yaml`)) ?? [];
  const flag = (name: string) =>
    Number(
      nodeFlags(service)
        .find((each) => each.startsWith(`--${name}=`))
        ?.split("=")[1],
    );
  // The young generation is at most three semi-spaces.
  const mostMb = flag("max-old-space-size") + 3 * flag("max-semi-space-size") + besideHeapMb;
  expect(mostMb).toBeLessThanOrEqual(Number(limitMb));
  expect(composeService(service)).toContain(`mem_limit: ${limitMb}m\n`);
});

test("every image and file that deploy/ names exists", () => {
  const yaml = houseFiles("deploy/*.yaml").map(({ read }) => read());
  const images = yaml.flatMap((text) => [...text.matchAll(/fanfare\/([a-z-]+)/g)].map(([, name]) => name));
  expect(images.length).toBeGreaterThan(8);
  for (const image of images) expect(targets).toContain(image);
  for (const [, path = ""] of dockerfile.matchAll(/^COPY (?!--from)(\S+) /gm))
    for (const each of path.split(" ")) expect(houseFiles(each).length, each).toBeGreaterThan(0);
  const listed = [...houseFile("deploy/k8s/kustomization.yaml").matchAll(/^ {2}- (\S+\.yaml)$/gm)];
  for (const [, name] of listed) expect(houseFiles(`deploy/k8s/${name}`), name).toHaveLength(1);
});

test("the keys that Kubernetes manifests read are in the Secret's example or in the settings", () => {
  const offered = houseFile("deploy/k8s/secret.example.yaml") + houseFile("deploy/k8s/settings.yaml");
  for (const { path, read } of houseFiles("deploy/k8s/*.yaml"))
    for (const [, key] of read().matchAll(/KeyRef: \{ name: fanfare, key: ([A-Z0-9_]+) \}/g))
      expect(offered, `${path} reads ${key}`).toMatch(new RegExp(`^  ${key}: `, "m"));
});

test("the images have the Node that package.json pins", () => {
  const pins = JSON.parse(houseFile("package.json")) as { optionalDependencies: Record<string, string> };
  const [, version] = /^ARG NODE_VERSION=(\S+)$/m.exec(dockerfile) ?? [];
  expect(Object.values(pins.optionalDependencies)).toEqual(expect.arrayContaining([version]));
  expect(new Set(Object.values(pins.optionalDependencies))).toEqual(new Set([version]));
});

test("the services import no package that the images leave out", () => {
  const { dependencies } = JSON.parse(houseFile("package.json")) as { dependencies: Record<string, string> };
  const shipped = houseFiles(
    "core/*.ts",
    "gen/ts/*.js",
    ...deployedServices.map((name) => `services/${name}/*.ts`),
  ).filter(({ path }) => !/\.(test|fixture|test-support)\.ts$/.test(path));
  const wanted = new Set(
    shipped.flatMap(({ read }) =>
      [...read().matchAll(/^(?:import|export|\}) .*from "((?:@[^/"]+\/)?[^./#"][^/"]*)/gm)].map(
        ([, name]) => name ?? "",
      ),
    ),
  );
  expect(wanted).toContain("kysely");
  expect([...wanted].filter((name) => !name.startsWith("node:") && !(name in dependencies))).toEqual([]);
});

test("README's table of variables names each one that a service reads", () => {
  const readme = houseFile("README.md");
  for (const service of deployedServices)
    for (const variable of knownVariables(service))
      expect(readme, `${service} reads ${variable}`).toContain(`| \`${variable}\` |`);
});

import { Code, ConnectError, createClient, type Client } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { ErrorInfoSchema } from "#gen/fanfare/api/v1/error_pb.js";
import { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { startTestApi, type TestApi } from "#test/support/api.ts";

describe("TemplateService", () => {
  let api: TestApi;
  let templates: Client<typeof TemplateService>;
  let customers: Client<typeof CustomerService>;

  beforeAll(async () => {
    api = await startTestApi();
    const { transport } = await api.createTestAgency();
    templates = createClient(TemplateService, transport);
    customers = createClient(CustomerService, transport);
  });
  afterAll(() => api.close());

  const source = { subject: "Storm, {{customer.first_name}}", html: "<p>{{custom_message}}</p>", text: "" };

  const refused = async (call: Promise<unknown>) => {
    const error = ConnectError.from(
      await call.then(
        () => undefined,
        (reason: unknown) => reason,
      ),
    );
    return { code: error.code, message: error.rawMessage, info: error.findDetails(ErrorInfoSchema)[0] };
  };

  it("keeps every version as it was saved", async () => {
    const { template } = await templates.createTemplate({ name: "Storm", source });
    const saved = await templates.updateTemplate({
      templateId: template!.id,
      source: { ...source, subject: "Calm" },
    });
    expect(saved.template).toMatchObject({ name: "Storm", version: 2, source: { subject: "Calm" } });
    const first = await templates.getTemplate({ templateId: template!.id, version: 1 });
    expect(first.template!.source!.subject).toBe(source.subject);
    const newest = await templates.getTemplate({ templateId: template!.id });
    expect(newest.template!.version).toBe(2);
    const none = await refused(templates.getTemplate({ templateId: template!.id, version: 9 }));
    expect(none.code).toBe(Code.NotFound);
  });

  it("lists when each version was saved, the newest first, page by page, to nobody else", async () => {
    const { template } = await templates.createTemplate({ name: "History", source });
    const templateId = template!.id;
    for (const subject of ["Two", "Three"])
      await templates.updateTemplate({ templateId, source: { ...source, subject } });
    const first = await templates.listTemplateVersions({ templateId, page: { size: 2 } });
    expect(first.versions.map(({ version, subject }) => [version, subject])).toEqual([
      [3, "Three"],
      [2, "Two"],
    ]);
    const rest = await templates.listTemplateVersions({ templateId, page: { token: first.page!.nextToken } });
    expect(rest.versions.map(({ version }) => version)).toEqual([1]);
    expect(rest.page!.nextToken).toBe("");
    expect(rest.versions[0]!.savedAt).toEqual(template!.updatedAt);
    const theirs = createClient(TemplateService, (await api.createTestAgency()).transport);
    expect((await refused(theirs.listTemplateVersions({ templateId }))).code).toBe(Code.NotFound);
  });

  it("gives parallel saves distinct versions", async () => {
    const { template } = await templates.createTemplate({ name: "Race", source });
    const saves = Array.from({ length: 8 }, () =>
      templates.updateTemplate({ templateId: template!.id, source }),
    );
    const versions = (await Promise.all(saves)).map((saved) => saved.template!.version);
    expect(versions.toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("refuses a misspelt field and says where it stands and what was meant", async () => {
    const html = "<p>Dear\n  {{customer.frist_name}}</p>";
    const { code, message, info } = await refused(
      templates.createTemplate({ name: "Typo", source: { ...source, html } }),
    );
    expect(code).toBe(Code.InvalidArgument);
    expect(info).toMatchObject({ reason: "template_invalid", field: "source.html" });
    expect(message).toContain("html, line 2, column 5");
    expect(info!.hint).toContain("did you mean customer.first_name?");
  });

  it.each([
    ["a megabyte of subject", { subject: "x".repeat(1_000_000) }],
    ["a template without a body", { html: " ", text: "" }],
    ["a partial", { html: "{{> other}}" }],
    ["an unclosed block", { html: "{{#if customer.first_name}}" }],
  ])("refuses %s", async (_, part) => {
    const { code, info } = await refused(
      templates.createTemplate({ name: "Bad", source: { ...source, ...part } }),
    );
    expect(code).toBe(Code.InvalidArgument);
    expect(info?.reason).toBeTruthy();
  });

  it("warns of an attribute that no customer has, and not of one that some have", async () => {
    await customers.createCustomer({
      customer: { email: "attr@example.com", attributes: { policy: "P-1" } },
    });
    const known = await templates.createTemplate({
      name: "Known",
      source: { ...source, html: "{{customer.attributes.policy}}" },
    });
    expect(known.warnings).toEqual([]);
    const unknown = await templates.createTemplate({
      name: "Unknown",
      source: { ...source, html: "{{customer.attributes.polcy}}" },
    });
    expect(unknown.warnings.join()).toContain("did you mean customer.attributes.policy?");
  });

  it("renders for a customer of the agency, and for an example one", async () => {
    const { customer } = await customers.createCustomer({
      customer: { email: "ann@example.com", firstName: "Ann <b>" },
    });
    const mail = await templates.renderTemplate({
      source,
      customerId: customer!.id,
      customMessage: "Stay\nsafe",
    });
    expect(mail.subject).toBe("Storm, Ann <b>");
    expect(mail.html).toContain("Stay");
    const example = await templates.renderTemplate({ source });
    expect(example.subject).toBe("Storm, Maria");
    const { code } = await refused(
      templates.renderTemplate({ source, customerId: "00000000-0000-7000-8000-00000000dead" }),
    );
    expect(code).toBe(Code.NotFound);
  });

  it("lists by name, page by page, without archived ones, and hides them from other agencies", async () => {
    const other = await api.createTestAgency();
    const theirs = createClient(TemplateService, other.transport);
    for (const name of ["b", "a", "c", "a"]) await theirs.createTemplate({ name, source });
    const first = await theirs.listTemplates({ page: { size: 3 } });
    expect(first.templates.map(({ name, source: body }) => [name, body])).toEqual([
      ["a", undefined],
      ["a", undefined],
      ["b", undefined],
    ]);
    const second = await theirs.listTemplates({ page: { size: 3, token: first.page!.nextToken } });
    expect(second.templates.map(({ name }) => name)).toEqual(["c"]);
    expect(second.page!.nextToken).toBe("");
    const archived = first.templates[0]!.id;
    await theirs.archiveTemplate({ templateId: archived });
    expect((await theirs.listTemplates({})).templates).toHaveLength(3);
    expect((await theirs.getTemplate({ templateId: archived })).template!.name).toBe("a");
    const { code } = await refused(templates.getTemplate({ templateId: archived }));
    expect(code).toBe(Code.NotFound);
  });
});

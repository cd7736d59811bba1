import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { CreateTemplateResponseSchema, TemplateSchema } from "#gen/fanfare/api/v1/template_pb.js";
import type { Cli } from "../session.ts";
import { printable } from "../show/style.ts";
import { timeOf } from "../show/words.ts";
import { showRows, withLimit } from "../show-rows.ts";
import { UsageError } from "../usage-error.ts";

type Options = { subject: string; html?: string; text?: string };

export function addTemplate(program: Command, cli: Cli): void {
  const template = program.command("template").description("templates: create, list");
  template
    .command("create")
    .argument("<name>")
    .description("create a template of Handlebars subject, HTML and text")
    .requiredOption("--subject <text>", "Handlebars, one line")
    .option("--html <file>", "file with the HTML")
    .option("--text <file>", "file with the plain text")
    .action(async (name: string, { subject, html, text }: Options, command: Command) => {
      if (html === undefined && text === undefined)
        throw new UsageError("The template has no body.", "Give --html FILE, --text FILE or both.");
      const source = { subject, html: await read(cli, html), text: await read(cli, text) };
      const { api, out, call } = cli.open(command);
      const answer = await api.templates.createTemplate({ name, source }, call);
      out.show(CreateTemplateResponseSchema, answer, () => {
        out.line(`template ${answer.template?.id}, version ${answer.template?.version}`);
        for (const warning of answer.warnings)
          out.note(`${out.style.warn("warning:")} ${printable(warning)}`);
      });
    });

  withLimit(template.command("list").description("templates, by name")).action(
    async ({ limit }: { limit: number }, command: Command) => {
      const { api, out, call } = cli.open(command);
      await showRows({
        out,
        schema: TemplateSchema,
        limit,
        none: "There are no templates yet; `template create` makes one.",
        columns: [
          { title: "id", value: ({ id }) => id },
          { title: "name", value: ({ name }) => name },
          { title: "version", value: ({ version }) => `${version}`, right: true },
          { title: "saved", value: ({ updatedAt }) => timeOf(updatedAt) },
        ],
        fetchPage: async (page) => {
          const answer = await api.templates.listTemplates({ page }, call);
          return { rows: answer.templates, page: answer.page };
        },
      });
    },
  );
}

async function read(cli: Cli, name: string | undefined): Promise<string> {
  if (name === undefined) return "";
  const file = resolve(cli.io.directory, name);
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `${file} cannot be read (${error.code ?? error.message}).`,
      "Check the name of the file.",
    );
  });
}

import busboy from "busboy";

/** The fields of a form in their order; files count by name and size, their bytes are not kept. */
export type Form = { fields: [name: string, value: string][]; files: { name: string; filename: string }[] };

/** 1,000 recipients as 1,000 `to` fields and as many options as fit in 16 KB stay far below this. */
const MAX_FIELDS = 5_000;

/** Parses a urlencoded or multipart body; null when it is neither, or broken. */
export async function parseForm(contentType: string, body: Buffer): Promise<Form | null> {
  if (contentType.startsWith("multipart/form-data")) return parseMultipart(contentType, body);
  if (contentType.startsWith("application/x-www-form-urlencoded") || contentType === "") {
    return { fields: [...new URLSearchParams(body.toString("utf8"))], files: [] };
  }
  return null;
}

function parseMultipart(contentType: string, body: Buffer): Promise<Form | null> {
  return new Promise((resolve) => {
    const form: Form = { fields: [], files: [] };
    try {
      const parser = busboy({
        headers: { "content-type": contentType },
        limits: { fieldSize: body.length, fields: MAX_FIELDS, fileSize: body.length },
        defParamCharset: "utf8",
      });
      parser.on("field", (name, value) => form.fields.push([name, value]));
      parser.on("file", (name, stream, info) => {
        form.files.push({ name, filename: info.filename ?? "" });
        stream.resume();
      });
      parser.on("close", () => resolve(form));
      parser.on("error", () => resolve(null));
      parser.end(body);
    } catch {
      resolve(null);
    }
  });
}

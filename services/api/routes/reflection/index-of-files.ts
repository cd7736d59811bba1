import { type DescExtension, type DescFile, type DescService, toBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** Descriptors by what tools ask for. */
export type FileIndex = {
  /** Serialised file and all it imports, each once, dependencies first. Undefined when nothing has this name. */
  byFilename(name: string): Uint8Array[] | undefined;
  /** `fanfare.api.v1.Blast`, a service, a method, a field, an enum value or an extension. */
  bySymbol(symbol: string): Uint8Array[] | undefined;
  byExtension(extendee: string, number: number): Uint8Array[] | undefined;
  extensionNumbers(extendee: string): number[] | undefined;
};

/** Indexes the files of these services and everything they import. */
export function indexFiles(services: readonly DescService[]): FileIndex {
  const files = new Map<string, DescFile>();
  for (const service of services) collect(service.file, files);
  const symbols = new Map<string, DescFile>();
  const extensions = new Map<string, DescExtension[]>();
  for (const file of files.values()) {
    for (const type of nestedTypes(file)) {
      symbols.set(type.typeName, file);
      for (const member of membersOf(type)) symbols.set(member, file);
      if (type.kind !== "extension") continue;
      const extendee = type.extendee.typeName;
      extensions.set(extendee, [...(extensions.get(extendee) ?? []), type]);
    }
  }
  const serialised = new Map<DescFile, Uint8Array>();
  const withImports = (file: DescFile | undefined) => {
    if (file === undefined) return undefined;
    const needed = new Map<string, DescFile>();
    collect(file, needed);
    return [...needed.values()].map((one) => {
      const bytes = serialised.get(one) ?? toBinary(FileDescriptorProtoSchema, one.proto);
      serialised.set(one, bytes);
      return bytes;
    });
  };
  return {
    byFilename: (name) => withImports(files.get(name)),
    bySymbol: (symbol) => withImports(symbols.get(symbol)),
    byExtension: (extendee, number) =>
      withImports(extensions.get(extendee)?.find((extension) => extension.number === number)?.file),
    extensionNumbers: (extendee) =>
      symbols.has(extendee)
        ? (extensions.get(extendee) ?? []).map((extension) => extension.number)
        : undefined,
  };
}

function collect(file: DescFile, into: Map<string, DescFile>): void {
  if (into.has(file.proto.name)) return;
  for (const dependency of file.dependencies) collect(dependency, into);
  into.set(file.proto.name, file);
}

function membersOf(type: ReturnType<typeof nestedTypes> extends Iterable<infer T> ? T : never): string[] {
  switch (type.kind) {
    case "message":
      return [...type.fields, ...type.oneofs].map((member) => `${type.typeName}.${member.name}`);
    case "service":
      return type.methods.map((method) => `${type.typeName}.${method.name}`);
    case "enum": {
      // Values are siblings of their enum, says the language.
      const scope = type.typeName.slice(0, type.typeName.lastIndexOf(".") + 1);
      return type.values.map((value) => `${scope}${value.name}`);
    }
    case "extension":
      return [];
  }
}

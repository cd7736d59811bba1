// The contracts with their comments, which the generated code leaves out.
import { execFileSync } from "node:child_process";
import {
  createFileRegistry,
  fromBinary,
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescService,
  type FileRegistry,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema, type FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { ROOT } from "../bootstrap/tools.ts";

/** Some 0.5 MB today. */
const imageMaxBytes = 64 * 1024 * 1024;

type Described = DescMessage | DescField | DescEnum | DescEnum["values"][number] | DescService | DescMethod;

export type Contracts = {
  registry: FileRegistry;
  /** Our own messages, by package, in the order of their files. */
  messages: (packageName: string) => DescMessage[];
  services: DescService[];
  /** What stands above it in the .proto, as one line; empty when nothing does. */
  comment: (desc: Described) => string;
};

/** Reads proto/ through `buf build`. */
export function readContracts(): Contracts {
  const image = execFileSync("buf", ["build", "--as-file-descriptor-set", "-o", "-#format=binpb"], {
    cwd: ROOT,
    maxBuffer: imageMaxBytes,
  });
  const set = fromBinary(FileDescriptorSetSchema, image);
  const registry = createFileRegistry(set);
  const comments = new Map(set.file.flatMap((file) => [...commentsOf(file)]));
  const files = [...registry.files].filter((file) => file.proto.package.startsWith("fanfare."));
  return {
    registry,
    messages: (packageName) =>
      files.filter(({ proto }) => proto.package === packageName).flatMap(({ messages }) => messages),
    services: files.flatMap(({ services }) => services),
    comment: (desc) => comments.get(nameOf(desc)) ?? "",
  };
}

function nameOf(desc: Described): string {
  if (desc.kind === "field" || desc.kind === "rpc") return `${desc.parent.typeName}.${desc.name}`;
  if (desc.kind === "enum_value") return `${desc.parent.typeName}.${desc.name}`;
  return desc.typeName;
}

type Named = { name: string };
type Tree = Named & { field?: Named[]; nestedType?: Tree[]; enumType?: (Named & { value: Named[] })[] };

/** Comments by full name. Places are paths of field numbers in descriptor.proto. */
function commentsOf(file: FileDescriptorProto): Map<string, string> {
  const names = new Map<string, string>();
  const message = (path: number[], prefix: string, each: Tree) => {
    const name = `${prefix}.${each.name}`;
    names.set(path.join(), name);
    each.field?.forEach((field, index) => names.set([...path, 2, index].join(), `${name}.${field.name}`));
    each.nestedType?.forEach((inner, index) => message([...path, 3, index], name, inner));
    each.enumType?.forEach((inner, index) => enumeration([...path, 4, index], name, inner));
  };
  const enumeration = (path: number[], prefix: string, each: Named & { value: Named[] }) => {
    names.set(path.join(), `${prefix}.${each.name}`);
    each.value.forEach((value, index) =>
      names.set([...path, 2, index].join(), `${prefix}.${each.name}.${value.name}`),
    );
  };
  file.messageType.forEach((each, index) => message([4, index], file.package, each));
  file.enumType.forEach((each, index) => enumeration([5, index], file.package, each));
  file.service.forEach((each, index) => {
    names.set([6, index].join(), `${file.package}.${each.name}`);
    each.method.forEach((method, at) =>
      names.set([6, index, 2, at].join(), `${file.package}.${each.name}.${method.name}`),
    );
  });
  const found = (file.sourceCodeInfo?.location ?? []).flatMap(({ path, leadingComments }) => {
    const name = names.get(path.join());
    const text = leadingComments.trim().replaceAll(/\s*\n\s*/g, " ");
    return name === undefined || text === "" ? [] : [[name, text] as const];
  });
  return new Map(found);
}

import type { DescService, MessageInitShape } from "@bufbuild/protobuf";
import { Code, type ServiceImpl } from "@connectrpc/connect";
import type {
  ServerReflection,
  ServerReflectionRequest,
  ServerReflectionResponseSchema,
} from "#gen/grpc/reflection/v1/reflection_pb.js";
import { type FileIndex, indexFiles } from "./index-of-files.ts";

type Answer = NonNullable<MessageInitShape<typeof ServerReflectionResponseSchema>["messageResponse"]>;

/** grpc.reflection.v1: how `buf curl` and grpcurl learn the contract from the server. Each file comes with what it imports. */
export function reflectionService(services: readonly DescService[]): ServiceImpl<typeof ServerReflection> {
  const index = indexFiles(services);
  const names = services.map((service) => ({ name: service.typeName }));
  return {
    async *serverReflectionInfo(requests) {
      for await (const request of requests) {
        yield {
          validHost: request.host,
          originalRequest: request,
          messageResponse: answer(request.messageRequest, index, names),
        };
      }
    },
  };
}

function answer(
  asked: ServerReflectionRequest["messageRequest"],
  index: FileIndex,
  names: { name: string }[],
): Answer {
  switch (asked.case) {
    case "listServices":
      return { case: "listServicesResponse", value: { service: names } };
    case "fileByFilename":
      return files(index.byFilename(asked.value), asked.value);
    case "fileContainingSymbol":
      return files(index.bySymbol(asked.value), asked.value);
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = asked.value;
      return files(
        index.byExtension(containingType, extensionNumber),
        `${containingType} ${extensionNumber}`,
      );
    }
    case "allExtensionNumbersOfType": {
      const extensionNumber = index.extensionNumbers(asked.value);
      if (extensionNumber === undefined) return unknown(asked.value);
      return {
        case: "allExtensionNumbersResponse",
        value: { baseTypeName: asked.value, extensionNumber },
      };
    }
    case undefined:
      return {
        case: "errorResponse",
        value: { errorCode: Code.InvalidArgument, errorMessage: "The request asks for nothing." },
      };
  }
}

function files(found: Uint8Array[] | undefined, asked: string): Answer {
  if (found === undefined) return unknown(asked);
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto: found } };
}

function unknown(asked: string): Answer {
  return {
    case: "errorResponse",
    value: { errorCode: Code.NotFound, errorMessage: `${asked.slice(0, 200)} is not known here.` },
  };
}

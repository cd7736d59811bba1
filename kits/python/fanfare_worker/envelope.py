"""Bodies and headers: CloudEvents in binary mode on NATS."""

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TypeVar
from urllib.parse import quote

import protovalidate
from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message

# A message can break thousands of rules; a person reads the first few.
MAX_VIOLATIONS_TOLD = 5
PROTOBUF = "application/protobuf"
JSON = "application/json"
M = TypeVar("M", bound=Message)
TRACEPARENT = re.compile(r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class Refused(Exception):
    """No handler may see this message. `reason` is undecodable or invalid; the text is a sentence for people."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def header(headers: Mapping[str, str], name: str) -> str | None:
    """A header however it is spelt: names keep their case on NATS, and people write Content-Type in several."""
    return next((value for key, value in headers.items() if key.lower() == name), None)


def decode(message_type: type[M], headers: Mapping[str, str], body: bytes) -> M:
    """
    The message in a body: binary protobuf, or JSON when the content type says so or when there is none and the body
    starts with `{` (no binary body of ours can). Raises Refused for another type, for nonsense, and for broken rules.
    """
    name = message_type.DESCRIPTOR.full_name
    said = header(headers, "ce-type")
    if said is not None and said != name:
        raise Refused("undecodable", f"The header ce-type says {said}; this queue carries {name}.")
    content_type = header(headers, "ce-datacontenttype") or header(headers, "content-type")
    is_json = body[:1] == b"{" if content_type is None else content_type.lower().startswith(JSON)
    message = message_type()
    try:
        # Unknown fields are refused in JSON, where they are a typing error, and kept in binary, where they are a newer contract.
        if is_json:
            json_format.Parse(body.decode(), message)
        else:
            message.ParseFromString(body)
    except (DecodeError, json_format.ParseError, UnicodeDecodeError, RecursionError) as error:
        kind = "JSON" if is_json else "protobuf"
        raise Refused("undecodable", f"The body is no {name} in {kind}: {error}") from error
    if violations := violations_of(message):
        raise Refused("invalid", violations)
    return message


@cache
def validator() -> protovalidate.Validator:
    """One for the process: it compiles the rules of a type at its first use."""
    return protovalidate.Validator()


def violations_of(message: Message) -> str:
    """What breaks the rules of the contract, as a sentence; empty when nothing does."""
    found = validator().collect_violations(message)
    told = [f"{_path(each.proto)}: {each.proto.message}" for each in found[:MAX_VIOLATIONS_TOLD]]
    more = len(found) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more else "")


def _path(violation) -> str:
    return ".".join(element.field_name for element in violation.field.elements) or "message"


def cloud_event_headers(type_name: str, *, event_id: str, source: str, traceparent: str | None) -> dict[str, str]:
    """Headers of a message that is published. The same id is the same fact."""
    safe_id = header_value(event_id)
    return {
        "Nats-Msg-Id": safe_id,
        "ce-specversion": "1.0",
        "ce-id": safe_id,
        "ce-type": type_name,
        "ce-source": header_value(source),
        "ce-time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "ce-datacontenttype": PROTOBUF,
        "traceparent": traceparent or new_traceparent(),
    }


def header_value(value: str) -> str:
    """CloudEvents' NATS binding, 3.1.3.2: all but printable ASCII, and %, ", space, is percent-encoded."""
    if re.fullmatch(r"[\x21\x23\x24\x26-\x7e]*", value):
        return value
    return "".join(
        char if re.match(r"[\x21\x23\x24\x26-\x7e]", char) else quote(char, safe="", errors="replace") for char in value
    )


def new_traceparent() -> str:
    """A new W3C trace context, sampled."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def traceparent_of(headers: Mapping[str, str]) -> str | None:
    """The publisher's trace context, when it sent one."""
    found = headers.get("traceparent")
    return found if found is not None and TRACEPARENT.match(found) else None

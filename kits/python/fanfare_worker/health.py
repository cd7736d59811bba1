"""/healthz (the process lives), /readyz (it can work) and /metrics, and what pages a program adds."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

# Probes send a line and a few headers; anything larger or slower is no probe.
MAX_REQUEST_BYTES = 16 * 1024
REQUEST_TIMEOUT_S = 5
_REASONS = {200: "OK", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


# Answers a path, or None for one that it does not know.
Page = Callable[[str], Answer | None]


async def serve_health(host: str, port: int, program, pages: Page | None = None) -> asyncio.Server:
    """Port 0 lets the system choose; the address is logged as `{"msg":"listening","url":…}`."""

    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), REQUEST_TIMEOUT_S)
            method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
            answer = _answer(method, target.split("?", 1)[0], program, pages)
            lines = {
                "content-type": answer.content_type,
                "content-length": str(len(answer.body)),
                "connection": "close",
                "x-content-type-options": "nosniff",
                **answer.headers,
            }
            writer.write(f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Error')}\r\n".encode())
            writer.write("".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode() + b"\r\n")
            if method != "HEAD":
                writer.write(answer.body)
            await writer.drain()
        except (TimeoutError, ValueError, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(on_connection, host, port, limit=MAX_REQUEST_BYTES)
    bound = server.sockets[0].getsockname()[1]
    program.url = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
    log.info("listening", extra={"url": program.url})
    return server


def _answer(method: str, path: str, program, pages: Page | None) -> Answer:
    if method not in ("GET", "HEAD"):
        return Answer(405, b"Only GET and HEAD.\n", headers={"allow": "GET, HEAD"})
    if path == "/healthz":
        return Answer(200, b"ok\n")
    if path == "/readyz":
        trouble = program.trouble()
        return Answer(503, f"{trouble}\n".encode()) if trouble else Answer(200, b"ready\n")
    if path == "/metrics":
        return Answer(200, _metrics(program).encode(), "text/plain; version=0.0.4; charset=utf-8")
    page = pages(path) if pages else None
    return page or Answer(404, b"There is no such page.\n")


def _metrics(program) -> str:
    lines = [
        "# HELP fanfare_work_handled_total Messages handled, by outcome; refused ones never reached a handler.",
        "# TYPE fanfare_work_handled_total counter",
    ]
    for lane in program.lanes:
        for outcome, count in sorted(lane.handled.items()):
            lines.append(f'fanfare_work_handled_total{{durable="{lane.durable}",outcome="{outcome}"}} {count}')
    lines += ["# HELP fanfare_work_in_flight Messages that a handler has.", "# TYPE fanfare_work_in_flight gauge"]
    lines += [f'fanfare_work_in_flight{{durable="{lane.durable}"}} {lane.in_work}' for lane in program.lanes]
    return "\n".join(lines) + "\n"

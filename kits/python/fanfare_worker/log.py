"""Logs as JSON lines, as the other services write them: events with ids, never addresses, never bodies."""

import json
import logging
import os
import re
import sys
from datetime import UTC, datetime

_LEVELS = {
    "fatal": logging.CRITICAL,
    "error": logging.ERROR,
    "warn": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
    "trace": logging.DEBUG,
    "silent": logging.CRITICAL + 10,
}
_NAMES = {logging.CRITICAL: "fatal", logging.WARNING: "warn"}
_KNOWN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
# RFC 5321's longest local part is 64. Errors of libraries quote addresses, and URLs hold passwords.
_ADDRESS = re.compile(r"[\w.%+'&=~^*!#$/-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,62}\.)+[a-z]{2,24}", re.IGNORECASE)
_CREDENTIALS = re.compile(r"://[^\s/@\"]{1,300}@")


class JsonLines(logging.Formatter):
    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "level": _NAMES.get(record.levelno, record.levelname.lower()),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "service": self._service,
            "pid": os.getpid(),
            **{key: value for key, value in record.__dict__.items() if key not in _KNOWN},
            "msg": record.getMessage(),
        }
        if record.exc_info:
            line["err"] = self.formatException(record.exc_info)
        text = json.dumps(line, default=str)
        return _ADDRESS.sub("[address]", _CREDENTIALS.sub("://[secret]@", text))


def set_up_logging(service: str, level: str) -> None:
    """Everything goes to standard output; libraries say only what is wrong."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines(service))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in (service, service.replace("-", "_"), "fanfare_worker"):
        logging.getLogger(name).setLevel(_LEVELS.get(level, logging.INFO))

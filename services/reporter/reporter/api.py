"""The two RPCs that the reporter's key opens, as JSON over HTTP."""

import asyncio
import json
import urllib.error
import urllib.request
from typing import TypeVar

from fanfare.api.v1.blast_pb2 import (
    GetBlastStatisticsRequest,
    GetBlastStatisticsResponse,
    RecordBlastReportRequest,
    RecordBlastReportResponse,
)
from google.protobuf import json_format
from google.protobuf.message import Message

# Figures of a million deliveries take some 20 s on two busy cores.
TIMEOUT_S = 120
# 121 buckets, 72 hours and 11 domains are some tens of kilobytes.
MAX_ANSWER_BYTES = 4 * 1024 * 1024
A = TypeVar("A", bound=Message)
_SERVICE = "fanfare.api.v1.BlastService"


class ApiRefused(Exception):
    """The API answered, and will answer the same again. `code` is Connect's, for example not_found."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class ApiAway(Exception):
    """No answer, or one that says: not now."""


class Api:
    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._key = key

    async def statistics(self, agency_id: str, request: GetBlastStatisticsRequest) -> GetBlastStatisticsResponse:
        """Figures of a blast up to a moment."""
        return await asyncio.to_thread(self._call, agency_id, "GetBlastStatistics", request, GetBlastStatisticsResponse())

    async def record(self, agency_id: str, request: RecordBlastReportRequest) -> RecordBlastReportResponse:
        """Links a report to its blast; the same again changes nothing."""
        return await asyncio.to_thread(self._call, agency_id, "RecordBlastReport", request, RecordBlastReportResponse())

    def _call(self, agency_id: str, method: str, request: Message, answer: A) -> A:
        call = urllib.request.Request(
            f"{self._url}/{_SERVICE}/{method}",
            data=json_format.MessageToJson(request).encode(),
            headers={
                "authorization": f"Bearer {self._key}",
                "fanfare-agency": agency_id,
                "content-type": "application/json",
                "connect-protocol-version": "1",
            },
        )
        try:
            with urllib.request.urlopen(call, timeout=TIMEOUT_S) as response:
                body = response.read(MAX_ANSWER_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error.code, error.read(MAX_ANSWER_BYTES)) from error
        except (OSError, TimeoutError) as error:
            raise ApiAway(f"{type(error).__name__}: {error}") from error
        # A field of a newer contract is no trouble.
        return json_format.Parse(body, answer, ignore_unknown_fields=True)


def _refusal(status: int, body: bytes) -> ApiRefused | ApiAway:
    try:
        said = json.loads(body)
        code, message = str(said["code"]), str(said.get("message", ""))
    except (ValueError, KeyError, TypeError):
        code, message = "unknown", f"HTTP status {status}"
    lasting = code in ("not_found", "invalid_argument", "permission_denied", "unauthenticated")
    return ApiRefused(code, message) if lasting else ApiAway(f"{code}: {message}")

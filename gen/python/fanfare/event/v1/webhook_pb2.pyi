import datetime

from fanfare.options.v1 import topology_pb2 as _topology_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WebhookEndpointDisabled(_message.Message):
    __slots__ = ("agency_id", "endpoint_id", "reason", "disabled_at")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DISABLED_AT_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    endpoint_id: str
    reason: str
    disabled_at: _timestamp_pb2.Timestamp
    def __init__(self, agency_id: _Optional[str] = ..., endpoint_id: _Optional[str] = ..., reason: _Optional[str] = ..., disabled_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

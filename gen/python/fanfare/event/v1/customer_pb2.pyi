import datetime

from fanfare.options.v1 import topology_pb2 as _topology_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ActivityLogged(_message.Message):
    __slots__ = ("agency_id", "customer_id", "kind", "delivery_id", "occurred_at")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_ID_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_AT_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    customer_id: str
    kind: str
    delivery_id: str
    occurred_at: _timestamp_pb2.Timestamp
    def __init__(self, agency_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., kind: _Optional[str] = ..., delivery_id: _Optional[str] = ..., occurred_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CustomerOptedOut(_message.Message):
    __slots__ = ("agency_id", "customer_id", "source", "opted_out_at")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    OPTED_OUT_AT_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    customer_id: str
    source: str
    opted_out_at: _timestamp_pb2.Timestamp
    def __init__(self, agency_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., source: _Optional[str] = ..., opted_out_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

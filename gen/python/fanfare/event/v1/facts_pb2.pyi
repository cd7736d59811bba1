import datetime

from fanfare.options.v1 import topology_pb2 as _topology_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FactsLogged(_message.Message):
    __slots__ = ("agency_id", "first_position", "facts")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    FIRST_POSITION_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    first_position: int
    facts: _containers.RepeatedCompositeFieldContainer[Fact]
    def __init__(self, agency_id: _Optional[str] = ..., first_position: _Optional[int] = ..., facts: _Optional[_Iterable[_Union[Fact, _Mapping]]] = ...) -> None: ...

class Fact(_message.Message):
    __slots__ = ("activity", "suppression")
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    SUPPRESSION_FIELD_NUMBER: _ClassVar[int]
    activity: LoggedActivity
    suppression: SuppressionChange
    def __init__(self, activity: _Optional[_Union[LoggedActivity, _Mapping]] = ..., suppression: _Optional[_Union[SuppressionChange, _Mapping]] = ...) -> None: ...

class LoggedActivity(_message.Message):
    __slots__ = ("source_id", "sequence", "step", "customer_id", "kind", "at", "data_json")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    DATA_JSON_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    sequence: int
    step: int
    customer_id: str
    kind: str
    at: _timestamp_pb2.Timestamp
    data_json: str
    def __init__(self, source_id: _Optional[str] = ..., sequence: _Optional[int] = ..., step: _Optional[int] = ..., customer_id: _Optional[str] = ..., kind: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., data_json: _Optional[str] = ...) -> None: ...

class SuppressionChange(_message.Message):
    __slots__ = ("version", "removed", "address_key", "reason", "source", "since")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_KEY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    version: int
    removed: bool
    address_key: str
    reason: str
    source: str
    since: _timestamp_pb2.Timestamp
    def __init__(self, version: _Optional[int] = ..., removed: _Optional[bool] = ..., address_key: _Optional[str] = ..., reason: _Optional[str] = ..., source: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

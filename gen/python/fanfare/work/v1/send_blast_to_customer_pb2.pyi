from buf.validate import validate_pb2 as _validate_pb2
from fanfare.options.v1 import lane_pb2 as _lane_pb2
from fanfare.options.v1 import topology_pb2 as _topology_pb2
from fanfare.work.v1 import content_pb2 as _content_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SendBlastToCustomer(_message.Message):
    __slots__ = ("agency_id", "lane", "idempotency_key", "customer_id", "delivery", "direct")
    AGENCY_ID_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_FIELD_NUMBER: _ClassVar[int]
    DIRECT_FIELD_NUMBER: _ClassVar[int]
    agency_id: str
    lane: _lane_pb2.Lane
    idempotency_key: str
    customer_id: str
    delivery: BlastDelivery
    direct: _content_pb2.Content
    def __init__(self, agency_id: _Optional[str] = ..., lane: _Optional[_Union[_lane_pb2.Lane, str]] = ..., idempotency_key: _Optional[str] = ..., customer_id: _Optional[str] = ..., delivery: _Optional[_Union[BlastDelivery, _Mapping]] = ..., direct: _Optional[_Union[_content_pb2.Content, _Mapping]] = ...) -> None: ...

class BlastDelivery(_message.Message):
    __slots__ = ("blast_id", "sequence")
    BLAST_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    blast_id: str
    sequence: int
    def __init__(self, blast_id: _Optional[str] = ..., sequence: _Optional[int] = ...) -> None: ...

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Content(_message.Message):
    __slots__ = ("template_id", "template_version", "custom_message")
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_VERSION_FIELD_NUMBER: _ClassVar[int]
    CUSTOM_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    template_id: str
    template_version: int
    custom_message: str
    def __init__(self, template_id: _Optional[str] = ..., template_version: _Optional[int] = ..., custom_message: _Optional[str] = ...) -> None: ...

class Audience(_message.Message):
    __slots__ = ("customers", "list_id", "filter")
    CUSTOMERS_FIELD_NUMBER: _ClassVar[int]
    LIST_ID_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    customers: CustomerIds
    list_id: str
    filter: CustomerFilter
    def __init__(self, customers: _Optional[_Union[CustomerIds, _Mapping]] = ..., list_id: _Optional[str] = ..., filter: _Optional[_Union[CustomerFilter, _Mapping]] = ...) -> None: ...

class CustomerIds(_message.Message):
    __slots__ = ("ids",)
    IDS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, ids: _Optional[_Iterable[str]] = ...) -> None: ...

class CustomerFilter(_message.Message):
    __slots__ = ("email_domain", "locale", "attributes")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    EMAIL_DOMAIN_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    email_domain: str
    locale: str
    attributes: _containers.ScalarMap[str, str]
    def __init__(self, email_domain: _Optional[str] = ..., locale: _Optional[str] = ..., attributes: _Optional[_Mapping[str, str]] = ...) -> None: ...

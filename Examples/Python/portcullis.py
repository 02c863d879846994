"""Portcullis for Python: decides AWS-IAM-style policies in process, through the C library.

    with Engine.open("policies") as engine, engine.reader() as reader, Request(
        principal="arn:aws:iam::111122223333:user/ada", action="s3:GetObject", resource="arn:aws:s3:::data/x"
    ) as request:
        if reader.check(request):
            ...

The library is looked for where PORTCULLIS_LIBRARY says, then where the system looks for libraries. Readers and requests
belong to the thread that made them; an engine is for all. `portcullis.h` says the rest.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import datetime
import enum
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, NamedTuple, Self

__all__ = ["Decision", "Engine", "Layer", "Outcome", "PortcullisError", "Reader", "Request", "version"]


class Outcome(enum.IntEnum):
    """The answer; everything but ALLOW is a deny."""

    UNDECIDED = 0
    ALLOW = 1
    IMPLICIT_DENY = 2
    EXPLICIT_DENY = 3


class Layer(enum.IntEnum):
    """The kind of policy that decided."""

    NONE = 0
    SERVICE_CONTROL = 1
    RESOURCE_CONTROL = 2
    ENDPOINT = 3
    RESOURCE = 4
    IDENTITY = 5
    BOUNDARY = 6
    SESSION = 7
    ROOT_USER = 8


class Decision(NamedTuple):
    """A decision; true where it allows."""

    outcome: Outcome
    layer: Layer
    statement: int | None
    policy: int | None
    revision: int

    def __bool__(self) -> bool:
        return self.outcome is Outcome.ALLOW


class PortcullisError(Exception):
    """A call that failed: `code` is the number in the header, `name` its name."""

    def __init__(self, code: int, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.code = code
        self.name = name
        self.message = message


# The C library ---------------------------------------------------------------------------------------------------


class _Text(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_char_p), ("length", ctypes.c_size_t)]


class _Settings(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint64),
        ("trusted_key_files", ctypes.POINTER(ctypes.c_char_p)),
        ("trusted_key_file_count", ctypes.c_uint64),
        ("channel", ctypes.c_char_p),
        ("keeping_folder", ctypes.c_char_p),
        ("staleness_limit_ms", ctypes.c_int64),
        ("interval_ms", ctypes.c_int64),
        ("start_timeout_ms", ctypes.c_int64),
    ]


class _Decision(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("outcome", ctypes.c_int32),
        ("layer", ctypes.c_int32),
        ("statement", ctypes.c_int32),
        ("policy", ctypes.c_int64),
        ("revision", ctypes.c_uint64),
    ]

    def decision(self) -> Decision:
        return Decision(
            Outcome(self.outcome),
            Layer(self.layer),
            None if self.statement < 0 else self.statement,
            None if self.policy < 0 else self.policy,
            self.revision,
        )


_Handle = ctypes.c_void_p
_TEXT = (ctypes.c_char_p, ctypes.c_size_t)
_BUFFER = (ctypes.c_void_p, ctypes.c_size_t, ctypes.POINTER(ctypes.c_size_t))
_TOO_SMALL = -6

_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "last_message": _BUFFER,
    "result_name": (ctypes.c_int32, *_BUFFER),
    "version": _BUFFER,
    "open": (*_TEXT, ctypes.POINTER(_Settings), ctypes.POINTER(_Handle)),
    "follow": (*_TEXT, ctypes.POINTER(_Settings), ctypes.POINTER(_Handle)),
    "reload": (_Handle,),
    "status": (_Handle, *_BUFFER),
    "close": (_Handle,),
    "request_create": (ctypes.POINTER(_Handle),),
    "request_destroy": (_Handle,),
    "request_set_principal": (_Handle, *_TEXT),
    "request_set_role_session": (_Handle, *_TEXT, *_TEXT),
    "request_set_action": (_Handle, *_TEXT),
    "request_set_resource": (_Handle, *_TEXT),
    "request_set_resource_of": (_Handle, *_TEXT, *_TEXT),
    "request_set_value": (_Handle, *_TEXT, *_TEXT),
    "request_set_values": (_Handle, *_TEXT, ctypes.POINTER(_Text), ctypes.c_size_t),
    "request_remove_value": (_Handle, *_TEXT),
    "request_set_time": (_Handle, ctypes.c_int64, ctypes.c_uint32),
    "request_prepare": (_Handle,),
    "request_set_temporary": (_Handle, ctypes.c_int32),
    "request_set_session_name": (_Handle, *_TEXT),
    "request_set_mfa": (_Handle, ctypes.c_int32, ctypes.c_int64),
    "request_set_issued_at": (_Handle, ctypes.c_int64, ctypes.c_uint32),
    "request_set_source_identity": (_Handle, *_TEXT),
    "request_set_federated_provider": (_Handle, *_TEXT),
    "request_set_session_tag": (_Handle, *_TEXT, *_TEXT),
    "request_add_session_policy": (_Handle, *_TEXT),
    "reader_create": (_Handle, ctypes.POINTER(_Handle)),
    "reader_destroy": (_Handle,),
    "check": (_Handle, _Handle, ctypes.POINTER(_Decision)),
    "check_batch": (_Handle, ctypes.POINTER(_Handle), ctypes.POINTER(_Decision), ctypes.c_size_t),
    "policy_name": (_Handle, ctypes.POINTER(_Decision), *_BUFFER),
    "explain": (_Handle, _Handle, ctypes.c_int32, *_BUFFER),
}


def _load() -> ctypes.CDLL:
    path = os.environ.get("PORTCULLIS_LIBRARY") or ctypes.util.find_library("portcullis") or "libportcullis.so.1"
    library = ctypes.CDLL(path)
    for name, arguments in _SIGNATURES.items():
        function = getattr(library, f"portcullis_{name}")
        function.argtypes = arguments
        function.restype = ctypes.c_int32
    return library


_library = _load()


def _call(name: str, *arguments: Any) -> None:
    result = getattr(_library, f"portcullis_{name}")(*arguments)
    if result != 0:
        raise _error(result)


def _error(result: int) -> PortcullisError:
    # The message first: asking for the name may fail in its turn.
    message = _answer("last_message")
    return PortcullisError(result, _answer("result_name", result), message)


def _answer(name: str, *arguments: Any) -> str:
    """An answer of any length; what it says may grow between the two calls."""
    function = getattr(_library, f"portcullis_{name}")
    length = ctypes.c_size_t()
    result, capacity = function(*arguments, None, 0, ctypes.byref(length)), 0
    while result == _TOO_SMALL and length.value >= capacity:
        capacity = length.value + 1
        buffer = ctypes.create_string_buffer(capacity)
        result = function(*arguments, buffer, capacity, ctypes.byref(length))
        if result == 0:
            return buffer.raw[: length.value].decode()
    raise _error(result)


def _text(text: str) -> tuple[bytes, int]:
    data = text.encode("utf-8", "surrogatepass")
    return data, len(data)


def _instant(time: datetime.datetime) -> tuple[int, int]:
    if time.tzinfo is None:
        raise ValueError("a time needs a zone")
    elapsed = time - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return elapsed.days * 86_400 + elapsed.seconds, elapsed.microseconds * 1_000


def version() -> str:
    """The version of the library."""
    return _answer("version")


class _Owned:
    """Something of the library's, which a `with` statement gives back."""

    _ending: str

    def __init__(self, make: Callable[[Any], None]) -> None:
        handle = _Handle()
        make(ctypes.byref(handle))
        self._handle = handle

    def close(self) -> None:
        """Gives it back. A second time is an error, as any use is afterwards."""
        _call(self._ending, self._handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


# Engines, readers, requests --------------------------------------------------------------------------------------


class Engine(_Owned):
    """Policies of a source, for all threads."""

    _ending = "close"

    @classmethod
    def open(cls, source: str, *, trusted_keys: Sequence[str] = (), channel: str | None = None) -> Self:
        """Reads policies once; `reload` reads them again."""
        settings = cls._settings(trusted_keys, channel=channel)
        return cls(lambda handle: _call("open", *_text(source), settings, handle))

    @classmethod
    def follow(
        cls,
        source: str,
        *,
        trusted_keys: Sequence[str] = (),
        channel: str | None = None,
        keeping_folder: str | None = None,
        staleness_limit: float = 0,
        interval: float = 0,
        start_timeout: float | None = 10,
    ) -> Self:
        """Follows policies in the background. Times are seconds; a start timeout of None waits for nothing."""
        settings = cls._settings(
            trusted_keys,
            channel=channel,
            keeping_folder=keeping_folder,
            staleness_limit_ms=round(staleness_limit * 1_000),
            interval_ms=round(interval * 1_000),
            start_timeout_ms=-1 if start_timeout is None else round(start_timeout * 1_000),
        )
        return cls(lambda handle: _call("follow", *_text(source), settings, handle))

    @staticmethod
    def _settings(trusted_keys: Sequence[str], **others: Any) -> Any:
        keys = (ctypes.c_char_p * len(trusted_keys))(*(os.fsencode(key) for key in trusted_keys))
        values = {name: value.encode() if isinstance(value, str) else value for name, value in others.items()}
        settings = _Settings(ctypes.sizeof(_Settings), keys, len(trusted_keys), **values)
        return ctypes.byref(settings)

    def reader(self) -> Reader:
        """A way to ask, for the calling thread."""
        return Reader(self)

    def reload(self) -> None:
        """Reads the source again; after an error, what was in force stays so."""
        _call("reload", self._handle)

    def status(self) -> dict[str, Any]:
        """How the engine stands."""
        status: dict[str, Any] = json.loads(_answer("status", self._handle))
        return status

    def policy_name(self, decision: Decision) -> str:
        """The name of the policy that granted or forbade."""
        given = _Decision(
            ctypes.sizeof(_Decision),
            decision.outcome,
            decision.layer,
            -1 if decision.statement is None else decision.statement,
            -1 if decision.policy is None else decision.policy,
            decision.revision,
        )
        return _answer("policy_name", self._handle, ctypes.byref(given))

    def explain(self, request: Request, *, all_statements: bool = False) -> dict[str, Any]:
        """Why a request is decided as it is; it reveals policies."""
        why: dict[str, Any] = json.loads(_answer("explain", self._handle, request._handle, int(all_statements)))
        return why


class Reader(_Owned):
    """One thread's way to ask an engine."""

    _ending = "reader_destroy"

    def __init__(self, engine: Engine) -> None:
        super().__init__(lambda handle: _call("reader_create", engine._handle, handle))
        self._decision = _Decision(ctypes.sizeof(_Decision))
        self._place = ctypes.byref(self._decision)

    def check(self, request: Request) -> Decision:
        """Decides a request by the policies in force."""
        _call("check", self._handle, request._handle, self._place)
        return self._decision.decision()

    def check_all(self, requests: Iterable[Request]) -> list[Decision]:
        """Decides requests by the same policies."""
        handles = [request._handle for request in requests]
        if not handles:
            return []
        decisions = (_Decision * len(handles))()
        decisions[0].size = ctypes.sizeof(_Decision)
        _call("check_batch", self._handle, (_Handle * len(handles))(*handles), decisions, len(handles))
        return [decision.decision() for decision in decisions]


class Request(_Owned):
    """A question, for the calling thread; its parts may be changed between checks."""

    _ending = "request_destroy"

    def __init__(
        self,
        *,
        principal: str,
        action: str,
        resource: str,
        context: Mapping[str, str | Sequence[str]] | None = None,
    ) -> None:
        super().__init__(lambda handle: _call("request_create", handle))
        try:
            self.set_principal(principal)
            self.set_action(action)
            self.set_resource(resource)
            for key, value in (context or {}).items():
                self.set_value(key, value)
        except PortcullisError:
            self.close()
            raise

    def set_principal(self, principal: str) -> None:
        """Who asks."""
        _call("request_set_principal", self._handle, *_text(principal))

    def set_role_session(self, session: str, role: str) -> None:
        """Who asks: the session of a role with a path."""
        _call("request_set_role_session", self._handle, *_text(session), *_text(role))

    def set_action(self, action: str) -> None:
        """What is done."""
        _call("request_set_action", self._handle, *_text(action))

    def set_resource(self, resource: str, *, account: str | None = None) -> None:
        """What it is done to, and who owns that, for ARNs that do not say."""
        if account is None:
            _call("request_set_resource", self._handle, *_text(resource))
        else:
            _call("request_set_resource_of", self._handle, *_text(resource), *_text(account))

    def set_value(self, key: str, value: str | Sequence[str]) -> None:
        """Gives a context key a single value, or a list of them."""
        if isinstance(value, str):
            _call("request_set_value", self._handle, *_text(key), *_text(value))
        else:
            texts = (_Text * len(value))(*(_Text(*_text(text)) for text in value))
            _call("request_set_values", self._handle, *_text(key), texts, len(value))

    def remove_value(self, key: str) -> None:
        """Takes a context key away."""
        _call("request_remove_value", self._handle, *_text(key))

    def set_time(self, time: datetime.datetime | None) -> None:
        """When it is asked; None for the time of each check."""
        _call("request_set_time", self._handle, *((0, 0) if time is None else _instant(time)))

    def set_session(
        self,
        *,
        name: str | None = None,
        mfa: bool = False,
        mfa_age: int | None = None,
        issued_at: datetime.datetime | None = None,
        source_identity: str | None = None,
        federated_provider: str | None = None,
        tags: Mapping[str, str] | None = None,
        policies: Iterable[str] = (),
    ) -> None:
        """The facts of a temporary credential, instead of those before. They come from whoever verified it."""
        self.clear_session()
        _call("request_set_mfa", self._handle, int(mfa), -1 if mfa_age is None else mfa_age)
        if name is not None:
            _call("request_set_session_name", self._handle, *_text(name))
        if issued_at is not None:
            _call("request_set_issued_at", self._handle, *_instant(issued_at))
        if source_identity is not None:
            _call("request_set_source_identity", self._handle, *_text(source_identity))
        if federated_provider is not None:
            _call("request_set_federated_provider", self._handle, *_text(federated_provider))
        for key, value in (tags or {}).items():
            _call("request_set_session_tag", self._handle, *_text(key), *_text(value))
        for policy in policies:
            _call("request_add_session_policy", self._handle, *_text(policy))

    def clear_session(self) -> None:
        """The credential is a long-term one."""
        _call("request_set_temporary", self._handle, 0)

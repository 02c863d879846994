"""A client that sends exactly the bytes it is given, and HTTP/2 frames made by hand."""

import select
import socket
import ssl
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


@dataclass
class Reply:
    """What came back."""

    data: bytes
    is_closed: bool
    statuses: list[int] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The first final status; 0 where there was none."""
        return next((status for status in self.statuses if status >= 200), 0)

    def header(self, name: str) -> str | None:
        head = self.data.partition(b"\r\n\r\n")[0].decode("latin-1")
        for line in head.split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None

    @property
    def body(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[2]


def client_context(credentials: Path, certificate: str | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=credentials / "authority.pem")
    context.check_hostname = False
    if certificate:
        context.load_cert_chain(credentials / f"{certificate}.pem", credentials / f"{certificate}.key")
    return context


def exchange(
    port: int,
    data: bytes,
    *,
    source: str = "127.0.0.1",
    tls: ssl.SSLContext | None = None,
    http2: bool = False,
    patience: float = 0.6,
    quiet: float = 0.03,
) -> Reply:
    """Sends bytes on a connection of their own and takes what comes.

    Ends when the gateway closes, when it has been quiet since a whole answer, or when patience does. A gateway may
    answer before it has read everything, so sending and taking go on side by side.
    """
    connection = socket.socket()
    connection.settimeout(5)
    connection.bind((source, 0))
    connection.connect(("127.0.0.1", port))
    try:
        if tls:
            connection = tls.wrap_socket(connection)
        return _converse(connection, data, http2, patience, quiet)
    except (ConnectionError, ssl.SSLError, BrokenPipeError):
        return Reply(b"", True)
    finally:
        connection.close()


def _converse(connection: socket.socket, data: bytes, http2: bool, patience: float, quiet: float) -> Reply:
    connection.setblocking(False)
    taken, deadline = bytearray(), time.monotonic() + patience
    complete: list[int] = []
    while True:
        now = time.monotonic()
        if now >= deadline:
            return Reply(bytes(taken), False, complete)
        wait = min(quiet, deadline - now) if complete and not data else deadline - now
        readable, writable, _ = select.select([connection], [connection] if data else [], [], wait)
        if writable:
            try:
                data = data[connection.send(data) :]
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                pass
            except (ConnectionError, ssl.SSLError):
                data = b""
        if not readable:
            if complete and not data:
                return Reply(bytes(taken), False, complete)
            continue
        try:
            part = connection.recv(65536)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            continue
        except (ConnectionError, ssl.SSLError):
            part = b""
        if not part:
            return Reply(bytes(taken), True, complete or _statuses(taken, http2)[0])
        taken += part
        found, is_whole = _statuses(taken, http2)
        complete = found if is_whole else []


def _statuses(data: bytes, http2: bool) -> tuple[list[int], bool]:
    return _frame_statuses(data) if http2 else _response_statuses(bytes(data))


def _response_statuses(data: bytes) -> tuple[list[int], bool]:
    """The statuses of whole HTTP/1 responses, and whether the bytes end with one."""
    statuses, at = [], 0
    while at < len(data):
        end = data.find(b"\r\n\r\n", at)
        if end < 0 or not data.startswith(b"HTTP/1.", at):
            return statuses, False
        head = data[at:end].decode("latin-1").lower()
        status = int(head[9:12])
        at = end + 4
        fields = dict(line.partition(":")[::2] for line in head.split("\r\n")[1:])
        if status < 200:
            statuses.append(status)
            continue
        if "chunked" in fields.get("transfer-encoding", ""):
            end = data.find(b"0\r\n\r\n", at)
            if end < 0:
                return statuses + [status], False
            at = end + 5
        elif "content-length" in fields:
            length = int(fields["content-length"])
            # An answer to HEAD names the length of a body that does not come.
            if at + length > len(data) and at != len(data):
                return statuses + [status], False
            at = min(at + length, len(data))
        elif status not in (204, 304):
            return statuses + [status], False
        statuses.append(status)
    return statuses, bool(statuses)


# HTTP/2


def _frame_statuses(data: bytes) -> tuple[list[int], bool]:
    """Statuses are compressed; 200 alone is told, as 200, any other as 999. Whole: stream 1 has ended, or all has."""
    statuses, at, is_whole = [], 0, False
    while at + 9 <= len(data):
        length, kind, flags = int.from_bytes(data[at : at + 3], "big"), data[at + 3], data[at + 4]
        payload = data[at + 9 : at + 9 + length]
        if kind == 1:
            statuses.append(200 if b"\x88" in payload[:4] else 999)
        if kind in (3, 7) or (kind in (0, 1) and flags & 1):
            is_whole = True
        at += 9 + length
    return statuses, is_whole


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def _hpack_string(text: bytes) -> bytes:
    length = len(text)
    if length < 127:
        return bytes([length]) + text
    prefix, rest = bytearray([127]), length - 127
    while rest >= 128:
        prefix.append(rest % 128 | 128)
        rest //= 128
    return bytes(prefix) + bytes([rest]) + text


def field_block(fields: Sequence[tuple[str, str]]) -> bytes:
    """Header fields as literals without indexing, without Huffman codes: any bytes whatever."""
    return b"".join(
        b"\0" + _hpack_string(name.encode("latin-1")) + _hpack_string(value.encode("latin-1")) for name, value in fields
    )


def http2_request(fields: Sequence[tuple[str, str]], body: bytes | None = None, trailers=None) -> bytes:
    """A connection with one request on stream 1."""
    ends_with_headers = body is None and trailers is None
    data = HTTP2_PREFACE + frame(4, 0, 0, b"")
    block = field_block(fields)
    first, rest = block[:16_000], block[16_000:]
    data += frame(1, (1 if ends_with_headers else 0) | (0 if rest else 4), 1, first)
    while rest:
        part, rest = rest[:16_000], rest[16_000:]
        data += frame(9, 0 if rest else 4, 1, part)
    if body is not None:
        data += frame(0, 0 if trailers else 1, 1, body)
    if trailers is not None:
        data += frame(1, 5, 1, field_block(trailers))
    return data

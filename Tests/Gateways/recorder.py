"""The service behind the gateway in the bypass suite: it writes down the exact bytes that reach it, and answers with a
secret whatever any server could take for a protected operation."""

import socket
import threading
from collections.abc import Callable

from readings import Asked, all_requests, requests

SECRET = "the-secret-of-the-vault"
# Says of a request's method and path, and of the request that means them, whether they are kept from the client.
Protects = Callable[[str, str, Asked], bool]


class _Connection:
    def __init__(self) -> None:
        self.data = bytearray()
        self.answered = 0
        self.since = 0
        self.is_closed = False


class Recorder:
    """A server on a port of loopback, one thread a connection."""

    def __init__(self) -> None:
        self.protects: Protects = lambda *_: False
        self._connections: list[_Connection] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def begin(self, protects: Protects) -> None:
        """From now on another client is asking, who may not do what `protects` says."""
        with self._lock:
            self.protects = protects
            self._connections = [one for one in self._connections if not one.is_closed]
            for one in self._connections:
                one.since = one.answered

    def seen(self) -> set[Asked]:
        """Whatever any server could have understood since `begin`."""
        with self._lock:
            parts = [bytes(one.data[one.since :]) for one in self._connections]
        return {asked for part in parts for asked in all_requests(part)}

    def bytes_seen(self) -> list[bytes]:
        with self._lock:
            return [bytes(one.data[one.since :]) for one in self._connections if len(one.data) > one.since]

    def protected_operations(self, asked: Asked) -> list[tuple[str, str]]:
        return sorted(one for one in asked.operations() if self.protects(*one, asked))

    # MARK: Serving

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        record = _Connection()
        with self._lock:
            self._connections.append(record)
        with connection:
            try:
                while part := connection.recv(65536):
                    with self._lock:
                        record.data += part
                        new, length = requests(bytes(record.data[record.answered :]))
                        record.answered += length
                    for asked in new:
                        connection.sendall(self._answer(asked))
            except OSError:
                pass
            finally:
                record.is_closed = True

    def _answer(self, asked: Asked) -> bytes:
        if asked.values("upgrade"):
            name = asked.values("upgrade")[0].encode("latin-1")
            return b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: " + name + b"\r\n\r\n"
        text = SECRET if self.protected_operations(asked) else "what anybody may see"
        body = b"" if asked.method == "HEAD" else f"{text}\n".encode()
        return (
            f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Content: {text}\r\nContent-Length: {len(text) + 1}\r\n\r\n"
        ).encode() + body

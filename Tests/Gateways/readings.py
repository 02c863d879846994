"""What servers behind a gateway may take a request for.

A gateway decides by its own reading of a request; the server gets the bytes. So every reading that some server is known
to have counts: encoded once more or less, with `;` parameters cut off, with dots resolved, in another case, with a
method or path taken from a header, and with bodies that end elsewhere.
"""

import itertools
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

READINGS_MAX = 400
METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")
PATH_HEADERS = {
    "x-original-url", "x-original-uri", "x-rewrite-url", "x-rewrite-uri", "x-forwarded-uri", "x-forwarded-path",
    "x-forwarded-prefix", "x-envoy-original-path", "destination",
}  # fmt: skip
METHOD_HEADERS = {
    "x-http-method-override", "x-http-method", "x-method-override", "x-original-method", "x-forwarded-method",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request as its bytes stand on a connection."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    def operations(self) -> set[tuple[str, str]]:
        """Every method and path that some server would take this for."""
        methods = {self.method.upper()} | {
            value.strip().upper() for key, value in self.headers if key.replace("_", "-") in METHOD_HEADERS
        }
        methods |= {value.upper() for value in re.findall(r"[?&;]_method=([A-Za-z]+)", _decoded(self.target), re.I)}
        methods |= {value.upper() for value in re.findall(rb"(?:^|&)_method=([A-Za-z]+)", self.body)}
        methods = {m.decode() if isinstance(m, bytes) else m for m in methods}
        targets = {self.target, *self.target.split()} | {
            value.strip() for key, value in self.headers if key.replace("_", "-") in PATH_HEADERS
        }
        return {(method, path) for target in targets for path in paths(target) for method in methods}


# MARK: Paths


def _text(data: bytes) -> str:
    """Decoded as a server does that takes overlong UTF-8 for the character it spells."""
    short = re.sub(rb"[\xc0\xc1]([\x80-\xbf])", lambda m: bytes([(m[0][0] & 3) << 6 | m[1][0] & 0x3F]), data)
    short = re.sub(rb"\xe0([\x80-\x81])([\x80-\xbf])", lambda m: bytes([(m[1][0] & 1) << 6 | m[2][0] & 0x3F]), short)
    return short.decode("latin-1")


def _decoded(path: str) -> str:
    short = re.sub(r"%u00([0-9a-fA-F]{2})", lambda m: chr(int(m[1], 16)), path)
    return _text(unquote_to_bytes(short.encode("latin-1", "replace")))


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", "..") and kept:
        kept.append("")
    return "/" + "/".join(kept)


def _origin(path: str) -> str:
    return re.sub(r"^[a-zA-Z][a-zA-Z0-9+.-]*://?[^/?#]*", "", path) or "/"


TRANSFORMATIONS = (
    _decoded,
    _without_dots,
    _origin,
    lambda path: re.sub(r";[^/]*", "", path),
    lambda path: path.replace("\\", "/"),
    lambda path: re.sub(r"/{2,}", "/", path),
    lambda path: path.lower(),
    lambda path: path.split("\0")[0],
    lambda path: path.replace("\0", ""),
    lambda path: re.split(r"[?#]", path)[0],
    lambda path: re.sub(r"[\t\r\n\x0b\x0c]", "", path),
    lambda path: re.split(r"[\s\x85\xa0]", path)[0],
    lambda path: path.rstrip(" \t\r\n"),
    lambda path: path if path.startswith("/") else "/" + path,
)


def paths(target: str) -> set[str]:
    """All paths that some chain of transformations makes of a target."""
    first = target.split("?")[0]
    found, fresh = {first}, [first]
    while fresh and len(found) < READINGS_MAX:
        path = fresh.pop()
        for change in TRANSFORMATIONS:
            other = change(path)
            if other not in found:
                found.add(other)
                fresh.append(other)
    return found


# MARK: Where requests begin and end


@dataclass(frozen=True)
class Framing:
    """One way to tell where a request on a connection ends."""

    prefers_length: bool = False
    """Content-Length counts where there is Transfer-Encoding, too."""
    takes_first_length: bool = False
    """Of several lengths the first counts, not the last."""
    ignores_odd_lengths: bool = False
    """A length that is not digits alone is none."""
    has_loose_lines: bool = False
    """A lone CR ends a line as well."""


FRAMINGS = [Framing(*choices) for choices in itertools.product((False, True), repeat=4)]
_WRAP = 1 << 64
_REQUEST_LINE = re.compile(r"(\S*)(?:\s+(.*?))?(?:\s+HTTP/\S*)?\s*", re.I | re.S)


def _headers(lines: list[str]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        else:
            name, _, value = line.partition(":")
            found.append((name.strip().lower(), value.strip()))
    return tuple(found)


def _chunked_end(data: bytes, at: int) -> int | None:
    size = None
    while size != 0:
        end = data.find(b"\n", at)
        if end < 0:
            return None
        match = re.match(rb"[\s\0+]*([0-9a-fA-F]+)", data[at:end])
        if not match:
            return end + 1
        size, at = int(match[1], 16) % _WRAP, end + 1
        if size:
            end = data.find(b"\n", at + size)
            if end < 0:
                return None
            at = end + 1
    while end := data.find(b"\n", at) + 1:
        if not data[at:end].strip():
            return end
        at = end
    return None


def requests(data: bytes, framing: Framing = Framing()) -> tuple[list[Asked], int]:
    """The requests on a connection by one way of framing, and how many bytes they take."""
    found, at = [], 0
    ending = rb"(?:\r\n|\n|\r(?!\n))" if framing.has_loose_lines else rb"(?:\r?\n)"
    blank = re.compile(ending + ending)
    while at < len(data):
        at += len(re.match(rb"[\r\n]*", data[at:])[0])
        end = blank.search(data, at)
        if not end:
            break
        lines = [line.decode("latin-1") for line in re.split(ending, data[at : end.start()])]
        method, target = _REQUEST_LINE.fullmatch(lines[0].strip(" \t\0")).groups()
        headers = _headers(lines[1:])
        after = _body_end(data, end.end(), headers, framing)
        if after is None:
            break
        found.append(Asked(method, target or "", headers, data[end.end() : after]))
        at = after
    return found, at


def _body_end(data: bytes, at: int, headers: tuple[tuple[str, str], ...], framing: Framing) -> int | None:
    named = [(name.replace("_", "-"), value) for name, value in headers]
    lengths = [value for name, value in named if name == "content-length"]
    is_chunked = any("chunked" in value.lower() for name, value in named if name == "transfer-encoding")
    if is_chunked and not (framing.prefers_length and lengths):
        return _chunked_end(data, at)
    if not lengths:
        return at
    length = lengths[0 if framing.takes_first_length else -1]
    digits = re.fullmatch(r"(\d+)", length) if framing.ignores_odd_lengths else re.match(r"\+?(\d+)", length)
    end = at + (int(digits[1]) % _WRAP if digits else 0)
    return end if end <= len(data) else None


def all_requests(data: bytes) -> set[Asked]:
    """The requests on a connection by every way of framing."""
    return {asked for framing in FRAMINGS for asked in requests(data, framing)[0]}

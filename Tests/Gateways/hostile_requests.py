"""The requests of `bypass/*.jsonl`, and who may do what.

Each line has a name, a class, who asks (`as`), which operation it tries to reach (`reaches`), and its bytes, as
`request` or as the fields of an HTTP/2 request. Code points stand for bytes. In the text `{{token:NAME}}`,
`{{forged:NAME}}` and `{{repeat:TEXT:COUNT}}` are filled in when it is sent.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from signing import Credentials
from forgeries import forged
from readings import Asked, all_requests, requests
from wire import http2_request

FOLDER = Path(__file__).parent / "bypass"

# MARK: Who may do what

HEALTH = r"(GET|HEAD) /healthz"
READING = [HEALTH, r"(GET|HEAD) /v1/models", r"(GET|HEAD) /v1/models/[^/]+", r"GET /v1/files/public/(?!secret/).+"]
PERMITTED = {
    "nobody": [HEALTH],
    "reader": READING,
    # Has a good token, but sends it so that servers may differ on whether it is there; see `is_clear`.
    "reader-if-clear": [HEALTH],
    "insider": READING + [r"GET /v1/reports/[^/]+"],
    "writer": READING + [r"(PUT|DELETE) /v1/models/(?!production-)[^/]+"],
    "writer-without-mfa": READING + [r"PUT /v1/models/(?!production-)[^/]+"],
    "trainer": [HEALTH, r"(GET|HEAD) /v1/models/[^/]+", r"POST /v1/models/[^/]+/train"],
}
_PATTERNS = {
    who: re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.S) for who, patterns in PERMITTED.items()
}
# What the service holds; any other path is nothing to it.
RESOURCES = re.compile(r"/v1/models|/v1/models/[^/]+(/train)?|/v1/reports/[^/]+|/v1/files/.+|/admin/.+", re.S)


def is_clear(asked: Asked) -> bool:
    """Whether a request says in one way only on whose behalf it is sent, and to which host, and claims no decision."""
    if any(re.match(r"x[-_]portcullis[-_]", name) for name, _ in asked.headers):
        return False
    tokens, hosts = asked.values("authorization"), asked.values("host")
    return (
        len(tokens) == 1
        and bool(re.fullmatch(r"Bearer +[\w-]+\.[\w-]+\.[\w-]+", tokens[0]))
        and len(hosts) == 1
        and bool(re.fullmatch(r"[A-Za-z0-9.:\[\]-]*", hosts[0]))
    )


def protects(who: str) -> Callable[[str, str, Asked], bool]:
    """Says of a method and a path whether they are kept from somebody."""

    def is_protected(method: str, path: str, asked: Asked) -> bool:
        rights = "reader" if who == "reader-if-clear" and is_clear(asked) else who
        return bool(RESOURCES.fullmatch(path)) and not _PATTERNS[rights].fullmatch(f"{method} {path}")

    return is_protected


# MARK: Requests


@dataclass(frozen=True)
class HostileRequest:
    """One line of the data, ready to be sent."""

    name: str
    trick: str
    who: str
    reaches: str
    data: bytes
    is_http2: bool
    fields: tuple[tuple[str, str], ...]
    peer: str
    is_tls: bool
    certificate: str | None

    def asked(self) -> list[Asked]:
        """What would reach a service without a gateway."""
        if not self.is_http2:
            return list(all_requests(self.data))
        # A gateway that copies fields into HTTP/1 without looking.
        named = dict(self.fields)
        lines = [f"{named.get(':method')} {one} HTTP/1.1" for name, one in self.fields if name == ":path"]
        lines = lines or ["CONNECT / HTTP/1.1"]
        others = "".join(f"{name}: {value}\r\n" for name, value in self.fields if name[:1] != ":")
        body = self.data.rpartition(b"\r\n\r\n")[0].rpartition(b"GET ")[2]
        texts = [f"{line}\r\n{others}\r\n".encode("latin-1") for line in lines]
        texts += [b"GET " + body + b"\r\n\r\n"]
        return [one for text in texts for one in requests(text)[0]]


def _fill(text: str, made: Credentials, tokens: dict[str, str]) -> str:
    text = re.sub(r"\{\{token:([\w-]+)\}\}", lambda m: tokens[m[1]], text)
    text = re.sub(r"\{\{forged:([\w-]+)\}\}", lambda m: forged(made, m[1]), text)
    return re.sub(r"\{\{repeat:(.*?):(\d+)\}\}", lambda m: m[1] * int(m[2]), text, flags=re.S)


def tokens(made: Credentials) -> dict[str, str]:
    named = {name: made.token(name) for name in ("ada", "ben", "Ben", "mallory", "zoe")}
    named |= {f"{name}-with-mfa": made.token(name, amr=["pwd", "otp"]) for name in ("ada", "ben")}
    return named | {f"ben-by-{algorithm}": made.token("ben", algorithm) for algorithm in ("RS256", "EdDSA")}


def load(made: Credentials, kind: str | None = None) -> list[HostileRequest]:
    """All hostile requests, or those of one file."""
    files = [FOLDER / f"{kind}.jsonl"] if kind else sorted(p for p in FOLDER.glob("*.jsonl") if p.stem != "controls")
    named = tokens(made)
    return [_request(json.loads(line), made, named) for file in files for line in file.read_text().splitlines()]


def _request(line: dict, made: Credentials, named: dict[str, str]) -> HostileRequest:
    def fill(text: str) -> str:
        return _fill(text, made, named)

    http2 = line.get("http2")
    fields: tuple[tuple[str, str], ...] = ()
    if http2:
        fields = tuple((fill(name), fill(value)) for name, value in http2["fields"])
        body = http2["body"].encode("latin-1") if "body" in http2 else None
        trailers = [(name, fill(value)) for name, value in http2["trailers"]] if "trailers" in http2 else None
        data = http2_request(fields, body, trailers)
    else:
        data = fill(line["request"]).encode("latin-1")
    return HostileRequest(
        name=line["name"],
        trick=line["class"],
        who=line["as"],
        reaches=line["reaches"],
        data=data,
        is_http2=http2 is not None,
        fields=fields,
        peer=line.get("peer", "127.0.0.2"),
        is_tls=bool(line.get("tls") or line.get("certificate")),
        certificate=line.get("certificate"),
    )

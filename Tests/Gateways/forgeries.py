"""Tokens that must not be believed. Each claims to be ada, who may do everything that the suite asks for."""

import base64
import json
import string
import time
from collections.abc import Callable

from signing import Credentials, SigningKey, base64url

Forgery = Callable[[Credentials], str]
FORGERIES: dict[str, Forgery] = {}


def forgery(function: Forgery) -> Forgery:
    FORGERIES[function.__name__.replace("_", "-")] = function
    return function


def _parts(made: Credentials, algorithm: str = "ES256") -> list[str]:
    return made.token("ada", algorithm).split(".")


def _header(made: Credentials, algorithm: str = "ES256", **changes: object) -> str:
    """Rightly signed, but for what the header says."""
    key = made.keys[algorithm]
    return made.signed(made.header(algorithm, **changes), made.claims("ada"), key)


def _claims(made: Credentials, **changes: object) -> str:
    return made.token("ada", **changes)


# Algorithms


@forgery
def alg_none(made):
    _, claims, _ = _parts(made)
    return f'{base64url(json.dumps({"alg": "none"}).encode())}.{claims}.'


@forgery
def alg_none_in_other_case(made):
    _, claims, _ = _parts(made)
    return f'{base64url(json.dumps({"alg": "nOnE", "kid": "es256"}).encode())}.{claims}.'


@forgery
def alg_none_with_signature(made):
    _, claims, signature = _parts(made)
    return f'{base64url(json.dumps({"alg": "none"}).encode())}.{claims}.{signature}'


@forgery
def alg_missing(made):
    return _header(made, alg=None)


@forgery
def alg_is_a_list(made):
    return _header(made, alg=["ES256"])


@forgery
def hs256_with_public_key(made):
    key = made.keys["RS256"]
    return made.keyed(made.header("RS256", alg="HS256"), made.claims("ada"), key.public.read_bytes())


@forgery
def hs256_with_public_key_without_newline(made):
    key = made.keys["RS256"]
    return made.keyed(made.header("RS256", alg="HS256"), made.claims("ada"), key.public.read_bytes().rstrip())


@forgery
def hs256_with_coordinates(made):
    jwk = made.keys["ES256"].jwk
    secret = base64.urlsafe_b64decode(jwk["x"] + "=")
    return made.keyed(made.header("ES256", alg="HS256"), made.claims("ada"), secret)


@forgery
def hs256_with_empty_key(made):
    return made.keyed({"alg": "HS256", "kid": ""}, made.claims("ada"), b"")


@forgery
def rs256_key_said_to_be_es256(made):
    return _header(made, "RS256", alg="ES256")


@forgery
def ps256_not_configured(made):
    return _header(made, "RS256", alg="PS256")


@forgery
def es256_all_zero(made):
    """The signature that some verifiers took for every message (CVE-2022-21449)."""
    header, claims, _ = _parts(made)
    return f"{header}.{claims}.{base64url(bytes(64))}"


@forgery
def es256_numbers_of_the_order(made):
    header, claims, _ = _parts(made)
    order = bytes.fromhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
    return f"{header}.{claims}.{base64url(order + order)}"


@forgery
def es256_as_der(made):
    from signing import openssl

    header, claims, _ = _parts(made)
    der = openssl("dgst", "-sha256", "-sign", made.keys["ES256"].private, standard_input=f"{header}.{claims}".encode())
    return f"{header}.{claims}.{base64url(der)}"


@forgery
def eddsa_all_zero(made):
    header, claims, _ = _parts(made, "EdDSA")
    return f"{header}.{claims}.{base64url(bytes(64))}"


# Keys


@forgery
def stranger_under_a_known_kid(made):
    return made.signed(made.header("ES256"), made.claims("ada"), made.stranger)


@forgery
def stranger_under_its_own_kid(made):
    return made.signed(made.header("ES256", kid="stranger"), made.claims("ada"), made.stranger)


@forgery
def stranger_without_kid(made):
    return made.signed(made.header("ES256", kid=None), made.claims("ada"), made.stranger)


@forgery
def kid_is_a_path(made):
    return made.keyed({"alg": "HS256", "kid": "../../../../../../dev/null"}, made.claims("ada"), b"")


@forgery
def kid_is_a_query(made):
    return made.keyed({"alg": "HS256", "kid": "x' UNION SELECT 'a' -- "}, made.claims("ada"), b"a")


@forgery
def kid_is_a_number(made):
    return _header(made, kid=1)


@forgery
def kid_ends_in_nul(made):
    return _header(made, kid="es256\0")


@forgery
def kid_in_other_case(made):
    return _header(made, kid="ES256")


def _bringing_a_key(made: Credentials, **header: object) -> str:
    return made.signed(made.header("ES256", kid="stranger", **header), made.claims("ada"), made.stranger)


@forgery
def jwk_in_header(made):
    return _bringing_a_key(made, jwk=made.stranger.jwk)


@forgery
def jwk_beside_a_good_signature(made):
    return _header(made, jwk=made.keys["ES256"].jwk)


@forgery
def jku_in_header(made):
    return _bringing_a_key(made, jku="http://127.0.0.1:1/keys.json")


@forgery
def x5u_in_header(made):
    return _bringing_a_key(made, x5u="http://127.0.0.1:1/chain.pem")


@forgery
def x5c_in_header(made):
    return _bringing_a_key(made, x5c=["MIIB"])


@forgery
def crit_unknown(made):
    return _header(made, crit=["b64"], b64=False)


@forgery
def zip_in_header(made):
    return _header(made, zip="DEF", crit=["zip"])


# Claims


@forgery
def expired(made):
    return _claims(made, exp=int(time.time()) - 3600)


@forgery
def exp_missing(made):
    return _claims(made, exp=None)


@forgery
def exp_is_text(made):
    return _claims(made, exp="9999999999")


@forgery
def exp_is_huge(made):
    header, key = made.header("ES256"), made.keys["ES256"]
    claims = json.dumps(made.claims("ada", exp=0)).replace('"exp": 0', '"exp": 1e999').encode()
    return made.signed(header, claims, key)


@forgery
def exp_is_negative(made):
    return _claims(made, exp=-1)


@forgery
def exp_is_null(made):
    header, key = made.header("ES256"), made.keys["ES256"]
    claims = json.dumps(made.claims("ada", exp=0)).replace('"exp": 0', '"exp": null').encode()
    return made.signed(header, claims, key)


@forgery
def not_yet_valid(made):
    return _claims(made, nbf=int(time.time()) + 3600)


@forgery
def issued_in_the_future(made):
    return _claims(made, iat=int(time.time()) + 3600)


@forgery
def other_audience(made):
    return _claims(made, aud="billing-api")


@forgery
def audience_as_part(made):
    return _claims(made, aud="models-api.evil.example")


@forgery
def audience_missing(made):
    return _claims(made, aud=None)


@forgery
def other_issuer(made):
    return _claims(made, iss="https://id.evil.example/")


@forgery
def issuer_without_slash(made):
    return _claims(made, iss="https://id.acme.example")


@forgery
def issuer_missing(made):
    return _claims(made, iss=None)


@forgery
def subject_missing(made):
    return _claims(made, sub=None)


@forgery
def subject_is_a_list(made):
    return _claims(made, sub=["ada"])


@forgery
def subject_is_empty(made):
    return _claims(made, sub="")


@forgery
def subject_with_slash(made):
    return _claims(made, sub="x/ada")


@forgery
def subject_is_a_wildcard(made):
    return _claims(made, sub="*")


@forgery
def subject_ends_in_nul(made):
    return _claims(made, sub="ada\0")


# Text


def _claims_text(made: Credentials, change: Callable[[str], str]) -> str:
    return made.signed(made.header("ES256"), change(json.dumps(made.claims("ada"))).encode(), made.keys["ES256"])


@forgery
def subject_twice(made):
    return _claims_text(made, lambda text: text[:-1] + ', "sub": "ada"}')


@forgery
def subject_twice_once_escaped(made):
    return _claims_text(made, lambda text: text[:-1] + ', "\\u0073ub": "ada"}')


@forgery
def alg_twice(made):
    header = b'{"alg": "none", "kid": "es256", "alg": "ES256"}'
    return made.signed(header, made.claims("ada"), made.keys["ES256"])


@forgery
def claims_with_trailing_text(made):
    return _claims_text(made, lambda text: text + ' {"sub": "ada"}')


@forgery
def claims_with_comment(made):
    return _claims_text(made, lambda text: text[:-1] + "/**/}")


@forgery
def claims_with_byte_order_mark(made):
    return _claims_text(made, lambda text: "\ufeff" + text)


@forgery
def claims_not_utf8(made):
    claims = json.dumps(made.claims("ada")).encode()[:-1] + b', "x": "\xc0\xaf"}'
    return made.signed(made.header("ES256"), claims, made.keys["ES256"])


@forgery
def claims_are_a_list(made):
    return made.signed(made.header("ES256"), b"[]", made.keys["ES256"])


@forgery
def claims_are_deep(made):
    return _claims_text(made, lambda text: text[:-1] + ', "x": ' + "[" * 3000 + "]" * 3000 + "}")


@forgery
def claims_are_empty(made):
    return made.signed(made.header("ES256"), b"", made.keys["ES256"])


@forgery
def claims_of_another_token(made):
    header, _, signature = made.token("ben").split(".")
    return f"{header}.{_parts(made)[1]}.{signature}"


@forgery
def signature_missing(made):
    header, claims, _ = _parts(made)
    return f"{header}.{claims}"


@forgery
def signature_empty(made):
    header, claims, _ = _parts(made)
    return f"{header}.{claims}."


@forgery
def signature_cut(made):
    return ".".join(_parts(made))[:-4]


@forgery
def four_parts(made):
    return ".".join(_parts(made)) + ".x"


@forgery
def five_parts(made):
    header, claims, signature = _parts(made)
    return f"{header}..{claims}.{signature}.{signature}"


@forgery
def padded(made):
    return ".".join(part + "=" * (-len(part) % 4) for part in _parts(made)) + "="


@forgery
def trailing_bits(made):
    """The last character of a signature carries bits that decode to nothing; a second spelling of one token."""
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    token = ".".join(_parts(made))
    return token[:-1] + alphabet[alphabet.index(token[-1]) | 1]


@forgery
def standard_alphabet(made):
    while True:
        parts = _parts(made)
        if "-" in parts[2] or "_" in parts[2]:
            return ".".join(parts[:2] + [parts[2].replace("-", "+").replace("_", "/")])


@forgery
def space_within(made):
    token = ".".join(_parts(made))
    return token[:40] + " " + token[40:]


@forgery
def trailing_bytes(made):
    return ".".join(_parts(made)) + "AAAA"


@forgery
def percent_encoded(made):
    return ".".join(_parts(made)).replace(".", "%2E")


@forgery
def huge(made):
    return _claims(made, junk="A" * 20_000)


@forgery
def huge_and_not_base64(made):
    return "." * 30_000


@forgery
def many_dots(made):
    return "e30" + ".e30" * 500


@forgery
def serialised_as_json(made):
    header, claims, signature = _parts(made)
    return json.dumps({"payload": claims, "protected": header, "signature": signature}, separators=(",", ":"))


def forged(made: Credentials, name: str) -> str:
    """The forgery of a name, made once a run."""
    key = f"forged {name}"
    if key not in made.tokens:
        made.tokens[key] = FORGERIES[name](made)
    return made.tokens[key]


__all__ = ["FORGERIES", "forged", "SigningKey"]

"""The filter inside a real Envoy. Scripts/envoy-test runs this."""

import contextlib
import io
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from credentials import Authority, TokenIssuer
from envoy_gateway import (
    ROOT, Echo, EnvoyGateway, build_module, client_context, envoy_binary, gateway_filter, route_settings, tls_context,
)

EXAMPLE = ROOT / "Examples/gateway"
INSIDE = {"x-forwarded-for": "10.1.2.3"}
# Envoy asks clients for no Ed25519.
CURVE = ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
OUTSIDE = {"x-forwarded-for": "203.0.113.9"}


def setUpModule():
    global work, issuer, authority, mapping, policies
    work = tempfile.TemporaryDirectory(prefix="portcullis-envoy-test.")
    folder = pathlib.Path(work.name)
    shutil.copytree(EXAMPLE, folder / "gateway")
    issuer = TokenIssuer(work.name)
    (folder / "gateway/keys.json").write_text(json.dumps(issuer.key_set()))
    (folder / "certificates").mkdir()
    authority = Authority(folder / "certificates", key=CURVE)
    authority.issue("server", "DNS:localhost")
    mapping, policies = folder / "gateway/mapping.json", folder / "gateway/policies"


def tearDownModule():
    work.cleanup()


def changed_mapping(name, change):
    """A mapping beside the example's that differs in something."""
    document = json.loads(mapping.read_text())
    change(document)
    file = mapping.with_name(name)
    file.write_text(json.dumps(document))
    return file


def raw(port, text):
    """What a server answers to bytes that no client library would send: the status, or 0 where it just closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(text)
        data = b""
        while b"\r\n" not in data:
            part = connection.recv(4096)
            if not part:
                break
            data += part
    return int(data.split()[1]) if data.startswith(b"HTTP/") else 0


class Shared(unittest.TestCase):
    """One Envoy for the tests of a class, with a server behind it that answers what it saw."""

    settings = {}
    options = {}

    @classmethod
    def setUpClass(cls):
        cls.echo = cls.enterClassContext(Echo())
        options = {"upstream": cls.echo.port, "mapping": mapping, "policies": policies, **cls.options}
        cls.envoy = cls.enterClassContext(EnvoyGateway(settings=cls.settings, **options))

    def ask(self, method, path, user=None, headers=None, **options):
        bearer = issuer.headers(user) if isinstance(user, str) else user or {}
        return self.envoy.request(method, path, {**bearer, **(headers or {})}, **options)

    def check_denial(self, answer, status, error):
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["content-type"], "application/json")
        body = answer.json()
        self.assertEqual(set(body), {"error", "request_id"})
        self.assertEqual(body["error"], error)
        self.assertRegex(body["request_id"], r"^[0-9a-f-]{36}$")
        self.assertNotIn(b"arn:", answer.body)


class Deciding(Shared):
    def test_a_researcher_reads_and_writes_models(self):
        self.assertEqual(self.ask("GET", "/v1/models/one", "ada").json()["path"], "/v1/models/one")
        answer = self.ask("PUT", "/v1/models/one", "ada", body=b"weights")
        self.assertEqual(answer.json()["body"], "weights")

    def test_a_statement_that_denies(self):
        self.check_denial(self.ask("PUT", "/v1/models/production-a", "ada", body=b""), 403, "forbidden")
        self.check_denial(self.ask("GET", "/v1/models/one", "mallory"), 403, "forbidden")

    def test_nobody_allows(self):
        self.check_denial(self.ask("PUT", "/v1/models/one", "ben", body=b""), 403, "forbidden")

    def test_no_route(self):
        self.check_denial(self.ask("GET", "/v2/anything", "ada"), 403, "forbidden")

    def test_an_unprotected_route(self):
        self.assertEqual(self.ask("GET", "/healthz").status, 200)

    def test_no_credential_and_a_wrong_one(self):
        answer = self.ask("GET", "/v1/models/one")
        self.check_denial(answer, 401, "unauthorized")
        self.assertEqual(answer.headers["www-authenticate"], "Bearer")
        answer = self.ask("GET", "/v1/models/one", {"authorization": "Bearer a.b.c"})
        self.check_denial(answer, 401, "unauthorized")
        self.assertEqual(answer.headers["www-authenticate"], 'Bearer error="invalid_token"')

    def test_multi_factor_authentication(self):
        single, multi = issuer.headers("ada"), issuer.headers("ada", amr=["pwd", "otp"])
        self.check_denial(self.ask("DELETE", "/v1/models/one", single), 403, "forbidden")
        self.assertEqual(self.ask("DELETE", "/v1/models/one", multi).status, 200)

    def test_the_address_of_the_client(self):
        self.assertEqual(self.ask("GET", "/v1/reports/march", "ada", INSIDE).status, 200)
        self.check_denial(self.ask("GET", "/v1/reports/march", "ada", OUTSIDE), 403, "forbidden")
        self.check_denial(self.ask("GET", "/v1/reports/march", "ada"), 403, "forbidden")

    def test_a_chain_of_proxies_is_not_believed_beyond_the_trusted(self):
        spoofed = {"x-forwarded-for": "10.1.2.3, 203.0.113.9"}
        self.check_denial(self.ask("GET", "/v1/reports/march", "ada", spoofed), 403, "forbidden")

    def test_malformed_targets(self):
        bearer = issuer.headers("ada")["Authorization"].encode()
        targets = [
            b"/v1/models/../models/one", b"/v1//models/one", b"/v1/models/one;x", b"/v1/models/%2e%2e",
            b"/v1/models/a%2fb", b"/v1/models/a%00b", b"/v1/models/%c0%ae", b"/v1/models/%zz", b"/v1/models\\one",
            b"/v1/models/one%3Bx", b"//v1/models/one", b"/v1/models/%5cone", b"/v1/mod%65ls/one",
        ]
        for target in targets:
            with self.subTest(target=target):
                text = b"GET " + target + b" HTTP/1.1\r\nhost: a\r\nauthorization: " + bearer + b"\r\n\r\n"
                self.assertEqual(raw(self.envoy.ports["main"], text), 400)

    def test_a_request_without_a_path_passes_nowhere(self):
        text = b"CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n"
        self.assertIn(raw(self.envoy.ports["main"], text), (400, 403, 404))

    def test_reserved_headers_of_clients_never_arrive(self):
        sent = [
            *issuer.headers("ada").items(), ("X-Portcullis-Decision", "allow"), ("x-portcullis-decision", "deny"),
            ("X-PORTCULLIS-PRINCIPAL", "root"), ("x_portcullis_principal", "root"), ("x-portcullis", "kept"),
        ]
        for path in ["/v1/models/one", "/healthz"]:
            with self.subTest(path=path):
                seen = self.envoy.request("GET", path, sent).json()["headers"]
                names = [name.lower().replace("_", "-") for name in seen]
                self.assertEqual([name for name in names if name.startswith("x-portcullis-")], [])
                self.assertIn("x-portcullis", names)

    def test_a_chosen_request_id_cannot_write_the_body(self):
        answer = self.ask("GET", "/v2/x", "ada", {"x-request-id": 'a","admin":"1'})
        self.assertEqual(set(answer.json()), {"error", "request_id"})

    def test_more_headers_than_may_be_looked_at(self):
        many = [("x-filler-%d" % number, "1") for number in range(99)]
        self.assertIn(self.envoy.request("GET", "/v1/models/one", many).status, (401, 431))

    def test_bodies_pass_untouched(self):
        body = os.urandom(300_000).hex().encode()
        answer = self.ask("PUT", "/v1/models/large", "ada", body=body)
        self.assertEqual(answer.json()["body"].encode(), body)


class Watching(Shared):
    """Access log, statistics and headers."""

    settings = {"requestHeaders": True, "responseHeaders": True}

    def test_what_is_written_down(self):
        before = self.envoy.stats()
        passed = self.ask("GET", "/v1/models/one", "ada")
        denied = self.ask("PUT", "/v1/models/production-a", "ada", body=b"")
        self.ask("GET", "/v2/x", "ada")
        self.ask("GET", "/v1/models/..", "ada")

        seen = {name.lower(): value for name, value in passed.json()["headers"].items()}
        self.assertEqual(seen["x-portcullis-decision"], "allow")
        self.assertEqual(passed.headers["x-portcullis-decision"], "allow")
        self.assertEqual(passed.headers["x-portcullis-revision"], seen["x-portcullis-revision"])

        allowed, explicit, unmapped, malformed = self.envoy.access_log(4)[-4:]
        self.assertEqual((allowed["decision"], allowed["reason"]), ("allow", "allowed"))
        self.assertIn("read-models#0", allowed["statement"])
        self.assertEqual((explicit["decision"], explicit["reason"]), ("deny", "explicitDeny"))
        self.assertIn("protect-production#0", explicit["statement"])
        self.assertEqual(explicit["details"], "portcullis:explicitDeny")
        self.assertEqual(explicit["request_id"], denied.json()["request_id"])
        self.assertEqual(int(explicit["revision"]), int(seen["x-portcullis-revision"]))
        self.assertEqual(explicit["dry_run"], "false")
        self.assertEqual((unmapped["reason"], unmapped["statement"]), ("unmapped", None))
        self.assertEqual((malformed["reason"], malformed["status"]), ("malformed", 400))

        after = self.envoy.stats()
        grown = {name: after[name] - before[name] for name in after if after[name] != before[name]}
        revision = grown.pop("revision", 0)
        self.assertEqual(
            grown, {"allowed": 1, "explicit_deny": 1, "unmapped": 1, "malformed": 1, "denied": 3}
        )
        self.assertEqual(after["revision"], int(explicit["revision"]), revision)

    def test_without_metadata_nothing_is_written(self):
        settings = {"metadata": False}
        with EnvoyGateway(policies, mapping, settings=settings) as envoy:
            envoy.request("GET", "/healthz")
            self.assertIsNone(envoy.access_log(1)[0]["decision"])


class Routes(unittest.TestCase):
    def setUp(self):
        def open_models(document):
            document["routes"] = [
                {"name": "all", "methods": ["GET"], "path": "/other/{path...}", "unprotected": True}
            ]

        other = changed_mapping("other.json", open_models)
        direct = {"status": 200, "body": {"inline_string": "hello\n"}}

        def route(prefix, settings=None):
            route = {"match": {"prefix": prefix}, "direct_response": direct}
            if settings is not None:
                route["typed_per_filter_config"] = route_settings(settings)
            return route

        self.routes = [
            route("/open", {"disabled": True}),
            route("/trial", {"dryRun": True}),
            route("/other", {"mapping": str(other)}),
            route("/strict", {"dryRun": False}),
            route("/"),
        ]

    def status(self, envoy, path, headers=None):
        return envoy.request("GET", path, headers).status

    def test_routes_say_otherwise(self):
        with EnvoyGateway(policies, mapping, routes=self.routes) as envoy:
            self.assertEqual(self.status(envoy, "/open/x"), 200)
            self.assertEqual(self.status(envoy, "/open/x", {"x-portcullis-decision": "allow"}), 200)
            self.assertEqual(self.status(envoy, "/trial/x"), 200)
            self.assertEqual(self.status(envoy, "/trial/%2e%2e"), 400, "malformed requests never pass")
            for _ in range(8):
                self.assertEqual(self.status(envoy, "/other/x"), 200)
            self.assertEqual(self.status(envoy, "/otherwise"), 403)
            self.assertEqual(self.status(envoy, "/x"), 403)
            stats = envoy.stats()
            self.assertEqual((stats["disabled"], stats["dry_run_would_deny"]), (2, 1))
            trial = envoy.access_log(14)[2]
            self.assertEqual((trial["decision"], trial["dry_run"], trial["status"]), ("deny", "true", 200))

    def test_a_filter_that_only_reports_and_a_route_that_does_not(self):
        with EnvoyGateway(policies, mapping, settings={"dryRun": True}, routes=self.routes) as envoy:
            self.assertEqual(self.status(envoy, "/x"), 200)
            self.assertEqual(self.status(envoy, "/strict/x"), 403)

    def test_two_filters_of_their_own(self):
        def settings(**members):
            return {"policies": str(policies), "mapping": str(mapping), **members}

        filters = [gateway_filter(settings(dryRun=True), "shadow"), gateway_filter(settings(), "gate")]
        with EnvoyGateway(filters=filters) as envoy:
            self.assertEqual(self.status(envoy, "/x"), 403)
            self.assertEqual(envoy.stats("shadow")["dry_run_would_deny"], 1)
            self.assertEqual(envoy.stats("gate")["denied"], 1)


class Certificates(unittest.TestCase):
    def gateway(self, settings, verify="VERIFY_TRUST_CHAIN"):
        filters = [gateway_filter({"policies": str(policies), "mapping": str(mapping), **settings})]
        listener = {"filters": filters, "tls": tls_context(authority.folder, verify)}
        return EnvoyGateway(policies, mapping, listeners={"tls": listener})

    @classmethod
    def setUpClass(cls):
        authority.issue("trainer", "URI:spiffe://acme.example/workload/trainer/run-7")
        authority.issue("stranger", "URI:spiffe://acme.example/stranger")
        rogue = Authority(authority.folder, "rogue", key=CURVE)
        rogue.issue("forged", "URI:spiffe://acme.example/workload/trainer/run-7")

    def train(self, envoy, client):
        context = client_context(authority.folder, client)
        return envoy.request("POST", "/v1/models/one/train", body=b"", listener="tls", context=context).status

    def test_a_verified_certificate_proves_a_workload(self):
        with self.gateway({"clientCertificates": "verified"}) as envoy:
            self.assertEqual(self.train(envoy, "trainer"), 200)
            self.assertEqual(self.train(envoy, "stranger"), 401)
            self.assertEqual(self.train(envoy, None), 401)
            with self.assertRaises(OSError):
                self.train(envoy, "forged")
            self.assertNotIn("Unsupported attribute", envoy.log())

    def test_certificates_prove_nothing_unless_the_listener_verifies_them(self):
        with self.gateway({}, verify="ACCEPT_UNTRUSTED") as envoy:
            self.assertEqual(self.train(envoy, "trainer"), 401)
            self.assertEqual(self.train(envoy, "forged"), 401)


class Addresses(unittest.TestCase):
    manager = {"use_remote_address": False}

    def test_an_address_that_envoy_took_from_a_header_is_refused(self):
        with EnvoyGateway(policies, mapping, manager=self.manager) as envoy:
            self.assertEqual(envoy.request("GET", "/healthz").status, 200)
            self.assertEqual(envoy.request("GET", "/healthz", {"x-forwarded-for": "10.9.0.1"}).status, 403)
            # Envoy does not take an address with a port for one.
            self.assertEqual(envoy.request("GET", "/healthz", {"x-forwarded-for": "10.9.0.1:80"}).status, 400)
            self.assertEqual(envoy.log().count("set use_remote_address"), 1)

    def test_unless_it_is_wanted(self):
        settings = {"peerAddress": "envoy"}
        with EnvoyGateway(policies, mapping, settings=settings, manager=self.manager) as envoy:
            self.assertEqual(envoy.request("GET", "/healthz", {"x-forwarded-for": "10.9.0.1"}).status, 200)


class Following(unittest.TestCase):
    """Policies and mapping change under a running Envoy."""

    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.folder = pathlib.Path(folder) / "gateway"
        shutil.copytree(mapping.parent, self.folder)
        self.policies, self.mapping = self.folder / "policies", self.folder / "mapping.json"

    def until(self, envoy, status, method, path, **options):
        deadline = time.monotonic() + 20
        while True:
            answer = envoy.request(method, path, **options)
            if answer.status == status:
                return answer
            self.assertLess(time.monotonic(), deadline, f"still {answer.status}")
            time.sleep(0.05)

    def replace(self, file, text):
        new = file.with_name(file.name + ".new~")
        new.write_text(text)
        new.replace(file)

    def test_policies(self):
        with EnvoyGateway(self.policies, self.mapping) as envoy:
            bearer = issuer.headers("ada")
            self.assertEqual(envoy.request("GET", "/v1/models/one", bearer).status, 200)
            first = envoy.stats()["revision"]
            file = self.policies / "accounts/111122223333/policies/read-models.json"
            text = file.read_text()
            self.replace(file, text.replace('"Allow"', '"Deny"'))
            self.until(envoy, 403, "GET", "/v1/models/one", headers=bearer)
            self.assertGreater(envoy.stats()["revision"], first)
            self.replace(file, "{ broken")
            time.sleep(1)
            self.assertEqual(envoy.request("GET", "/v1/models/one", bearer).status, 403)
            self.assertEqual(envoy.request("GET", "/healthz").status, 200)
            self.replace(file, text)
            self.until(envoy, 200, "GET", "/v1/models/one", headers=bearer)

    def test_mapping(self):
        with EnvoyGateway(self.policies, self.mapping) as envoy:
            self.assertEqual(envoy.request("GET", "/alive").status, 403)
            text = self.mapping.read_text()
            self.replace(self.mapping, text.replace("/healthz", "/alive"))
            self.until(envoy, 200, "GET", "/alive")
            self.replace(self.mapping, "{")
            time.sleep(1)
            self.assertEqual(envoy.request("GET", "/alive").status, 200)


class Configurations(unittest.TestCase):
    def check_refused(self, settings, *texts, **options):
        if settings is not None:
            options = {"filters": [gateway_filter(settings)], **options}
        code, log = EnvoyGateway(policies, mapping, **options).validate()
        self.assertEqual(code, 1, log)
        for text in texts:
            self.assertIn(text, log)

    def test_a_good_one_is_accepted(self):
        code, log = EnvoyGateway(policies, mapping).validate()
        self.assertEqual(code, 0, log)
        self.assertIn("v0.1.0 matched", log)

    def test_a_bad_one_is_refused_by_name(self):
        good = {"policies": str(policies), "mapping": str(mapping)}
        self.check_refused({}, "the member `policies` is missing")
        self.check_refused({"policies": "x"}, "the member `mapping` is missing")
        self.check_refused({**good, "dryrun": True}, "there is no member `dryrun`")
        self.check_refused({**good, "dryRun": "yes"}, "`dryRun` must be true or false")
        self.check_refused({**good, "mapping": "/nowhere.json"}, "/nowhere.json")
        self.check_refused({**good, "peerAddress": "header"}, "`connection` or `envoy`")
        self.check_refused({**good, "policies": {"source": "https://x.example/p"}}, "needs trusted keys")
        broken = changed_mapping("broken.json", lambda document: document["routes"][0].pop("path"))
        self.check_refused({**good, "mapping": str(broken)}, "broken.json:")

    def test_a_bad_route_is_refused(self):
        direct = {"status": 200}
        for settings, text in [({"off": True}, "no member `off`"), ({"mapping": "/nowhere.json"}, "/nowhere.json")]:
            route = {
                "match": {"prefix": "/"}, "direct_response": direct,
                "typed_per_filter_config": route_settings(settings),
            }
            self.check_refused(None, text, routes=[route])

    def test_without_policies_it_does_not_start_unless_told_to(self):
        settings = {"startSeconds": 0.5}
        with contextlib.redirect_stderr(io.StringIO()) as log, self.assertRaises(RuntimeError):
            with EnvoyGateway("/nowhere", mapping, settings=settings):
                pass
        self.assertIn("no policies are in force", log.getvalue())
        settings["startWithoutPolicies"] = True
        with EnvoyGateway("/nowhere", mapping, settings=settings) as envoy:
            answer = envoy.request("GET", "/v1/models/one", issuer.headers("ada"))
            self.assertEqual((answer.status, answer.json()["error"]), (503, "unavailable"))

    def test_the_shipped_example(self):
        text = (ROOT / "Examples/envoy/envoy.yaml").read_text()
        text = re.sub(r"port_value: \d+", "port_value: 0", text)
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(text)
            file.flush()
            result = subprocess.run(
                [envoy_binary(), "-c", file.name, "--mode", "validate"], cwd=ROOT,
                env={**os.environ, "ENVOY_DYNAMIC_MODULES_SEARCH_PATH": str(build_module().parent)},
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )
        self.assertEqual(result.returncode, 0, result.stdout)


class Ending(unittest.TestCase):
    def test_a_signal_ends_it_cleanly(self):
        with EnvoyGateway(policies, mapping) as envoy:
            envoy.request("GET", "/healthz")
            self.assertEqual(envoy.stop(), 0)
            self.assertNotIn("Caught", envoy.log())

    def test_listeners_are_replaced_while_the_gateway_goes_on(self):
        settings = {"policies": str(policies), "mapping": str(mapping)}
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "lds.json"
            envoy = EnvoyGateway(policies, mapping, listeners={})

            def write(prefix):
                listener = envoy.listener("late", [gateway_filter(settings)], manager={"stat_prefix": prefix})
                listener["@type"] = "type.googleapis.com/envoy.config.listener.v3.Listener"
                new = file.with_suffix(".new")
                new.write_text(json.dumps({"resources": [listener]}))
                new.replace(file)

            base = envoy.configuration

            def configuration():
                write("first")
                document = base()
                source = {"path_config_source": {"path": str(file)}, "resource_api_version": "V3"}
                document["dynamic_resources"] = {"lds_config": source}
                document["node"] = {"id": "test", "cluster": "test"}
                return document

            envoy.configuration = configuration
            with envoy:
                self.assertEqual(envoy.request("GET", "/healthz", listener="late").status, 200)
                for number in range(5):
                    write(f"next{number}")
                    envoy.wait_until(
                        lambda: f"next{number}" in envoy.admin("/config_dump"), "took the listener"
                    )
                self.assertEqual(envoy.request("GET", "/healthz").status, 200)
                self.assertEqual(envoy.stop(), 0)


class SharedObject(unittest.TestCase):
    def test_it_exports_hooks_and_nothing_else(self):
        output = subprocess.run(
            ["nm", "-D", "--defined-only", build_module()], check=True, stdout=subprocess.PIPE, text=True
        ).stdout
        names = {line.split()[-1] for line in output.splitlines()}
        prefix = "envoy_dynamic_module_on_"
        demanded = "program_init " + " ".join(
            "http_filter_" + hook
            for hook in """config_new config_destroy new destroy request_headers request_body request_trailers
            response_headers response_body response_trailers stream_complete http_callout_done
            http_stream_headers http_stream_data http_stream_trailers http_stream_complete http_stream_reset
            scheduled downstream_above_write_buffer_high_watermark downstream_below_write_buffer_low_watermark
            per_route_config_new per_route_config_destroy local_reply""".split()
        )
        self.assertEqual(names, {prefix + name for name in demanded.split()})

    def test_it_needs_no_swift_on_the_machine(self):
        output = subprocess.run(["ldd", build_module()], check=True, stdout=subprocess.PIPE, text=True).stdout
        self.assertNotRegex(output, r"not found|libswift|libFoundation|libdispatch")

    def test_every_callback_that_it_needs_is_in_the_pinned_envoy(self):
        def names(*arguments):
            output = subprocess.run(["nm", "-D", *arguments], check=True, stdout=subprocess.PIPE, text=True)
            return {line.split()[-1] for line in output.stdout.splitlines() if "dynamic_module_callback" in line}

        needed = names("--undefined-only", build_module())
        self.assertGreater(len(needed), 10)
        self.assertEqual(needed - names("--defined-only", envoy_binary()), set())

    def test_where_callbacks_are_missing_it_refuses_to_load(self):
        script = (
            "import ctypes, sys; module = ctypes.CDLL(sys.argv[1]);"
            "start = module.envoy_dynamic_module_on_program_init; start.restype = ctypes.c_char_p;"
            "sys.exit(0 if start() is None else 1)"
        )
        result = subprocess.run(
            [sys.executable, "-c", script, build_module()], stderr=subprocess.PIPE, text=True
        )
        self.assertEqual(result.returncode, 0)
        self.assertIn("this Envoy lacks envoy_dynamic_module_callback_", result.stderr)


if __name__ == "__main__":
    unittest.main()

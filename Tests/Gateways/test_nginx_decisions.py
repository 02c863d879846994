"""What nginx with the module lets through and what it refuses, one request at a time."""

import json
import socket
import ssl
import subprocess
import unittest

from credentials import Authority
from example_world import ExampleWorld
from nginx_gateway import EchoBackend, NginxGateway, build_module, wait_until

MODULE = None


def setUpModule():
    global MODULE
    MODULE = build_module()


class Guarded(unittest.TestCase):
    """A gateway in front of a backend, with tokens and certificates that it believes, and what tests ask of it."""

    HTTP = SERVER = ""

    @classmethod
    def setUpClass(cls):
        cls.world = cls.enterClassContext(ExampleWorld())
        cls.backend = cls.enterClassContext(EchoBackend())
        cls.authority = Authority(cls.world.folder)
        cls.authority.issue("server", "DNS:localhost", "/CN=localhost")
        cls.gateway = cls.enterClassContext(
            NginxGateway(cls.world.policies, cls.world.mapping, backend=cls.backend.address,
                         tls=cls.world.folder, module=MODULE,
                         server="server_name localhost;" + cls.SERVER.replace("BACKEND", cls.backend.address),
                         http=cls.HTTP.replace("WORLD", cls.world.folder))
        )

    def ask(self, method, target, user=None, **options):
        headers = dict(options.pop("headers", {}))
        if user:
            headers.update(self.world.person(user, **options.pop("claims", {})))
        return self.gateway.request(method, target, headers=headers, **options)

    def ask_and_log(self, method, target, *arguments, **options):
        """The answer to a request, and its line in the access log."""
        is_its = lambda line: (line["method"], line["uri"]) == (method, target)
        count = len([line for line in self.gateway.decisions() if is_its(line)])
        answer = self.ask(method, target, *arguments, **options)
        lines = wait_until(lambda: [line for line in self.gateway.decisions() if is_its(line)][count:],
                           what="a line in the access log")
        return answer, lines[-1]

    def assertRefused(self, answer, status, word):
        self.assertEqual(answer[0], status, answer[2])
        self.assertEqual(answer[1]["Content-Type"], "application/json")
        body = json.loads(answer[2])
        self.assertEqual(set(body), {"error", "request_id"})
        self.assertEqual(body["error"], word)
        self.assertRegex(body["request_id"], "^[0-9a-f]{32}$")
        return body["request_id"]

    def assertPassed(self, answer):
        self.assertEqual(answer[0], 200, answer[2])
        return json.loads(answer[2])

    def logged(self, request_id):
        return wait_until(lambda: [line for line in self.gateway.decisions() if line["request_id"] == request_id],
                          what="a line in the access log")[0]

    def tls(self, *certificate):
        context = ssl.create_default_context(cafile=self.authority.path("authority.pem"))
        if certificate:
            context.load_cert_chain(*certificate)
        return context


class Decisions(Guarded):
    # It asks for no certificate, on the same port as the one that does.
    HTTP = """
        server {
            listen 127.0.0.1:TLS_PORT ssl http2;
            server_name other.example;
            ssl_certificate WORLD/server.pem; ssl_certificate_key WORLD/server.key;
            location / { portcullis on; root /nowhere; }
        }
    """
    SERVER = """
        location /open/ { proxy_pass http://BACKEND; }
        location /dry/ { portcullis dry_run; proxy_pass http://BACKEND/; }
        location /v1/reports/ { portcullis dry_run; proxy_pass http://BACKEND; proxy_set_header Host $http_host; }
        location /v1/files/public/pages/ { portcullis on; error_page 403 =200 /page; proxy_pass http://BACKEND; }
        location /v1/files/public/intercepted/ {
            portcullis on; portcullis_intercept_errors on; error_page 403 404 =200 /page;
            proxy_pass http://BACKEND;
        }
        location = /page { portcullis off; return 200 "page\\n"; }
        location /v1/files/public/loop/ {
            portcullis on; portcullis_intercept_errors on; error_page 403 =200 /v1/files/public/again;
            proxy_pass http://BACKEND;
        }
        location /v1/files/public/rewritten/ { portcullis on; rewrite ^ /elsewhere break; proxy_pass http://BACKEND; }
        location /v1/files/public/either/ {
            portcullis on; satisfy any; allow all; proxy_pass http://BACKEND;
        }
        location /v1/files/public/neither/ {
            portcullis on; satisfy any; deny all; proxy_pass http://BACKEND;
        }
        location /v1/files/public/both/ {
            portcullis on; auth_request /asked; proxy_pass http://BACKEND;
        }
        location = /asked { internal; portcullis on; return 204; }
        location /v1/files/public/tried/ { portcullis on; root /nowhere; try_files $uri @backend; }
        location /unguarded/ { root /nowhere; try_files $uri @backend; }
        location @backend { portcullis on; proxy_pass http://BACKEND; }
        location = /status { portcullis_status; }
    """

    # By the policies.

    def test_allowed(self):
        answer, line = self.ask_and_log("GET", "/v1/models/small?format=json", "ben")
        self.assertEqual(self.assertPassed(answer)["target"], "/v1/models/small?format=json")
        self.assertEqual((line["decision"], line["reason"], line["dry_run"]), ("allow", "allowed", "0"))
        self.assertEqual(line["statement"], "arn:aws:iam::111122223333:policy/read-models#0")
        self.assertGreater(int(line["revision"]), 0)
        self.assertEqual(line["route"], "get-model")

    def test_implicit_deny(self):
        answer = self.ask("PUT", "/v1/models/small", "ben", body=b"{}")
        line = self.logged(self.assertRefused(answer, 403, "forbidden"))
        self.assertEqual((line["decision"], line["reason"], line["status"]), ("deny", "implicitDeny", "403"))
        self.assertEqual(line["statement"], "")

    def test_explicit_deny(self):
        answer = self.ask("PUT", "/v1/models/production-1", "ada", body=b"{}")
        line = self.logged(self.assertRefused(answer, 403, "forbidden"))
        self.assertEqual(line["reason"], "explicitDeny")
        self.assertEqual(line["statement"], "arn:aws:iam::111122223333:policy/protect-production#0")

    def test_no_policy_is_told_to_the_client(self):
        _, headers, body = self.ask("PUT", "/v1/models/production-1", "ada", body=b"{}")
        for text in ("protect", "explicit", "arn:", "111122223333"):
            self.assertNotIn(text, str(headers) + body.decode())

    def test_unmapped(self):
        self.assertRefused(self.ask("GET", "/v2/models", "ada"), 403, "forbidden")

    def test_unprotected(self):
        self.assertPassed(self.ask("GET", "/healthz"))

    def test_nobody(self):
        answer = self.ask("GET", "/v1/models")
        self.assertRefused(answer, 401, "unauthorized")
        self.assertEqual(answer[1]["WWW-Authenticate"], "Bearer")

    def test_expired_token(self):
        answer = self.ask("GET", "/v1/models", "ada", claims={"exp": 1_000_000_000})
        self.assertRefused(answer, 401, "unauthorized")
        self.assertEqual(answer[1]["WWW-Authenticate"], 'Bearer error="invalid_token"')

    def test_multi_factor(self):
        self.assertRefused(self.ask("DELETE", "/v1/models/small", "ada"), 403, "forbidden")
        self.assertPassed(self.ask("DELETE", "/v1/models/small", "ada", claims={"amr": ["mfa"]}))

    def test_address(self):
        target = "/v1/files/public/x"
        self.assertPassed(self.ask("GET", target, "ben"))
        # The location only reports, so what it would do stands in the log.
        for address, decision in (("10.4.5.6", "allow"), ("192.0.2.1", "deny")):
            answer, line = self.ask_and_log("GET", "/v1/reports/q3", "ben", headers={"X-Forwarded-For": address})
            self.assertPassed(answer)
            self.assertEqual(line["decision"], decision)

    # Targets.

    def test_malformed_targets(self):
        self.assertPassed(self.ask("GET", "/v1/files/public/a", "ben"))
        for target in ("/v1/files//public/a", "/v1/files/public/../secret", "/v1/files/./public/a",
                       "/v1/files/public/%2e%2e/secret", "/v1/files/public%2fa", "/v1/files/public/a;b",
                       "/v1/files/public/a%00", "/v1/files/public/%c0%af", "/v1/files/public/a%",
                       "/v1/files/public/a%5cb", "//v1/files/public/a", "/v1/files/public/a#b"):
            with self.subTest(target):
                answer = self.ask("GET", target, "ben")
                self.assertEqual(answer[0], 400, answer[2])

    def test_only_the_original_target_is_judged(self):
        seen = self.assertPassed(self.ask("GET", "/v1/files/public/rewritten/a", "ben"))
        self.assertEqual(seen["target"], "/elsewhere")

    def test_absolute_targets(self):
        token = self.world.person("ben")["Authorization"]
        for authority, host, status in (("a.example", "a.example", 200), ("a.example", "A.Example", 200),
                                        ("a.example", "b.example", 400), ("a.example:80", "a.example", 400)):
            with self.subTest(authority=authority, host=host):
                answer = self.gateway.raw(f"GET http://{authority}/v1/models/m HTTP/1.1\r\nHost: {host}\r\n"
                                          f"Authorization: {token}\r\nConnection: close\r\n\r\n")
                self.assertIn(f" {status} ".encode(), answer.split(b"\r\n")[0])

    # Headers.

    def test_our_headers_are_taken_out(self):
        for names in (["X-Portcullis-Principal"], ["x-portcullis"], ["X-Portcullis-A", "X-Portcullis-B", "Accept"],
                      ["Accept", "X-PORTCULLIS-Z", "From"]):
            with self.subTest(names):
                seen = self.assertPassed(self.ask("GET", "/v1/models", "ben", headers={name: "x" for name in names}))
                left = {name.lower() for name, _ in seen["headers"]}
                self.assertFalse([name for name in left if name.startswith("x-portcullis")])
                self.assertIn("authorization", left)
                self.assertLessEqual({name.lower() for name in names if "ortcullis" not in name.lower()}, left)

    def test_our_headers_are_taken_out_of_long_lists(self):
        headers = {}
        for i in range(60):
            headers[f"X-Portcullis-{i}" if i % 3 else f"X-Other-{i}"] = str(i)
        seen = self.assertPassed(self.ask("GET", "/v1/models", "ben", headers=headers))
        left = {name: value for name, value in seen["headers"] if name.lower().startswith("x-")}
        self.assertEqual(left, {f"X-Other-{i}": str(i) for i in range(0, 60, 3)})

    def test_our_headers_are_taken_out_where_nothing_is_decided(self):
        seen = self.assertPassed(self.ask("GET", "/open/x", headers={"X-Portcullis-Principal": "root"}))
        self.assertEqual([], [name for name, _ in seen["headers"] if name.lower().startswith("x-port")])

    def test_a_lone_header_of_ours(self):
        answer = self.gateway.raw("GET /open/x HTTP/1.0\r\nX-Portcullis-Principal: root\r\n\r\n")
        self.assertIn(b" 200 ", answer)
        self.assertNotIn(b"ortcullis", answer)

    def test_too_many_headers(self):
        lines = "".join(f"A{i}: b\r\n" for i in range(600))
        token = self.world.person("ben")["Authorization"]
        answer = self.gateway.raw(f"GET /v1/models HTTP/1.1\r\nHost: a\r\nAuthorization: {token}\r\n"
                                  f"Connection: close\r\n{lines}\r\n")
        self.assertIn(b" 431 ", answer.split(b"\r\n")[0])

    # Connections and bodies.

    def test_a_body_reaches_the_backend(self):
        body = b"x" * 300_000
        seen = self.assertPassed(self.ask("PUT", "/v1/models/small", "ada", body=body))
        self.assertEqual(len(seen["body"]), len(body))

    def test_a_connection_goes_on_after_a_deny(self):
        connection = self.gateway.connection()
        headers = self.world.person("ben")
        for _ in range(3):
            answer = self.gateway.ask(connection, "PUT", "/v1/models/m", headers=headers, body=b"y" * 100_000)
            self.assertRefused(answer, 403, "forbidden")
            self.assertPassed(self.gateway.ask(connection, "GET", "/v1/models/m", headers=headers))
        connection.close()

    def test_a_pipeline(self):
        start = f"Host: a\r\nAuthorization: {self.world.person('ben')['Authorization']}\r\n"
        answer = self.gateway.raw(
            f"GET /v1/models HTTP/1.1\r\n{start}\r\n"
            f"PUT /v1/models/m HTTP/1.1\r\n{start}Content-Length: 31\r\n\r\nGET /v1/models HTTP/1.1\r\nA: b\r\n"
            f"POST /v1/models/m HTTP/1.1\r\n{start}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            f"GET /v2 HTTP/1.1\r\n{start}\r\n"
            f"GET /v1/models/m HTTP/1.1\r\n{start}Connection: close\r\n\r\n"
        )
        statuses = [int(piece[:3]) for piece in answer.split(b"HTTP/1.1 ") if piece[:3].isdigit()]
        self.assertEqual(statuses, [200, 403, 403, 403, 200])

    def test_no_body_is_invited_for_a_deny(self):
        token = self.world.person("ben")["Authorization"]
        with socket.create_connection(("127.0.0.1", self.gateway.port), 5) as connection:
            connection.sendall(f"PUT /v1/models/m HTTP/1.1\r\nHost: a\r\nAuthorization: {token}\r\n"
                               "Content-Length: 10\r\nExpect: 100-continue\r\n\r\n".encode())
            self.assertIn(b"HTTP/1.1 403 ", connection.recv(4096))

    def test_old_protocol(self):
        answer = self.gateway.raw("GET /v1/models HTTP/1.0\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 401 "), answer)
        self.assertIn(b'{"error":"unauthorized"', answer)

    def test_head(self):
        status, headers, body = self.ask("HEAD", "/v2", "ben")
        self.assertEqual((status, body), (403, b""))
        self.assertEqual(headers["Content-Type"], "application/json")

    # Other directives.

    def test_off(self):
        answer, line = self.ask_and_log("GET", "/open/anything")
        self.assertPassed(answer)
        self.assertEqual(line["decision"], "")

    def test_dry_run(self):
        answer, line = self.ask_and_log("GET", "/dry/anything", "ben")
        self.assertPassed(answer)
        self.assertEqual((line["decision"], line["reason"], line["dry_run"]), ("deny", "unmapped", "1"))
        self.assertRefused(self.ask("GET", "/dry/a;b", "ben"), 400, "bad_request")

    def test_error_pages_do_not_replace_a_deny(self):
        answer = self.ask("GET", "/v1/files/public/pages/x", "mallory")
        self.assertRefused(answer, 403, "forbidden")

    def test_error_pages_that_are_asked_for(self):
        status, _, body = self.ask("GET", "/v1/files/public/intercepted/x", "mallory")
        self.assertEqual((status, body), (200, b"page\n"))

    def test_an_error_page_that_is_guarded(self):
        status, _, body = self.ask("GET", "/v1/files/public/loop/x", "mallory")
        self.assertEqual(status, 403)
        self.assertNotIn(b"target", body)

    def test_satisfy_any(self):
        self.assertRefused(self.ask("GET", "/v1/files/public/either/x", "mallory"), 403, "forbidden")
        self.assertPassed(self.ask("GET", "/v1/files/public/either/x", "ben"))
        self.assertEqual(self.ask("GET", "/v1/files/public/neither/x", "ben")[0], 403)

    def test_auth_request(self):
        self.assertPassed(self.ask("GET", "/v1/files/public/both/x", "ben"))
        self.assertRefused(self.ask("GET", "/v1/files/public/both/x", "mallory"), 403, "forbidden")

    def test_internal_redirections(self):
        self.assertPassed(self.ask("GET", "/v1/files/public/tried/x", "ben"))
        self.assertRefused(self.ask("GET", "/unguarded/x", "ben"), 403, "forbidden")

    def test_status(self):
        before = self.counted("unmapped")
        self.ask("GET", "/v2", "ben")
        self.assertEqual(self.counted("unmapped"), before + 1)

    def counted(self, reason):
        text = self.gateway.request("GET", "/status")[2].decode()
        self.assertRegex(text, r'portcullis_ready\{worker_pid="\d+",[^}]*\} 1')
        line = f'portcullis_requests_total{{mode="on",reason="{reason}"}} '
        return int(text.split(line)[1].split("\n")[0])

    # Certificates.

    def test_certificate_of_a_workload(self):
        pod = self.authority.issue("pod", "URI:spiffe://acme.example/workload/trainer/run-7")
        self.assertPassed(self.ask("POST", "/v1/models/m/train", context=self.tls(*pod), body=b""))
        stranger = self.authority.issue("stranger", "URI:spiffe://other.example/workload/trainer/run-7")
        self.assertRefused(self.ask("POST", "/v1/models/m/train", context=self.tls(*stranger), body=b""),
                           401, "unauthorized")
        self.assertRefused(self.ask("POST", "/v1/models/m/train", context=self.tls(), body=b""),
                           401, "unauthorized")

    def test_certificate_of_another_authority(self):
        other = Authority(self.world.folder, "other")
        pod = other.issue("forged", "URI:spiffe://acme.example/workload/trainer/run-7")
        self.assertEqual(self.ask("POST", "/v1/models/m/train", context=self.tls(*pod), body=b"")[0], 400)

    def test_several_requests_of_one_certificate(self):
        pod = self.authority.issue("pods", "URI:spiffe://acme.example/workload/trainer/run-8")
        connection = self.gateway.connection(context=self.tls(*pod))
        for _ in range(3):
            self.assertPassed(self.gateway.ask(connection, "GET", "/v1/models/m"))
            self.assertRefused(self.gateway.ask(connection, "PUT", "/v1/models/m", body=b"{}"), 403, "forbidden")
        connection.close()

    def test_certificate_shown_to_another_server(self):
        pod = self.authority.issue("pod-3", "URI:spiffe://acme.example/workload/trainer/run-9")
        ask = lambda host: self.ask("GET", "/v1/models/m", context=self.tls(*pod), headers={"Host": host})
        self.assertPassed(ask("localhost"))
        self.assertRefused(ask("other.example"), 401, "unauthorized")

    # HTTP/2, by a client that speaks it.

    def curl(self, *arguments, user="ben"):
        """Version of HTTP and status of each request that a call of curl makes on one connection."""
        told = subprocess.run(
            ["curl", "--silent", "--show-error", "--http2", "--cacert", self.authority.path("authority.pem"),
             "--header", f"Authorization: {self.world.person(user)['Authorization']}",
             "--write-out", "%{stderr}%{http_version} %{response_code}\n", *arguments],
            capture_output=True, text=True, check=True)
        return told.stderr.splitlines(), told.stdout

    def test_second_version_of_http(self):
        address = f"https://localhost:{self.gateway.tls_port}"
        for target, status in (("/v1/models/m", 200), ("/v2", 403), ("/v1/models/a;b", 400), ("/dry/x", 200)):
            with self.subTest(target):
                self.assertEqual(self.curl(address + target)[0], [f"2 {status}"])
        told, body = self.curl("--request", "PUT", "--data-binary", "x" * 50_000, address + "/v1/models/m",
                               address + "/v1/models/m")
        self.assertEqual(told, ["2 403", "2 403"])
        self.assertIn('{"error":"forbidden","request_id":"', body)
        answer = json.loads(self.curl("--header", "X-Portcullis-A: b", address + "/v1/models/m")[1])
        self.assertNotIn("portcullis", str(answer["headers"]).lower())

    def test_certificates_in_the_second_version_of_http(self):
        certificate, key = self.authority.issue("pod-2", "URI:spiffe://acme.example/workload/trainer/run-9")
        address = f"https://localhost:{self.gateway.tls_port}/v1/models/m/train"
        told, _ = self.curl("--header", "Authorization:", "--cert", certificate, "--key", key, "--request", "POST",
                            address, address)
        self.assertEqual(told, ["2 200", "2 200"])


class Addresses(Guarded):
    """Where ngx_http_realip_module puts another address in the place of the connection's."""

    SERVER = """
        set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;
        location = /v1/reports/socket { portcullis on; proxy_pass http://BACKEND; }
        location = /v1/reports/realip {
            portcullis on; portcullis_client_address realip; proxy_pass http://BACKEND;
        }
    """

    def test_whose_address_counts(self):
        headers = {"X-Real-IP": "10.1.2.3"}
        self.assertRefused(self.ask("GET", "/v1/reports/socket", "ben", headers=headers), 403, "forbidden")
        self.assertPassed(self.ask("GET", "/v1/reports/realip", "ben", headers=headers))
        self.assertRefused(self.ask("GET", "/v1/reports/realip", "ben"), 403, "forbidden")
        headers = {"X-Forwarded-For": "10.1.2.3"}
        self.assertPassed(self.ask("GET", "/v1/reports/socket", "ben", headers=headers))


if __name__ == "__main__":
    unittest.main()

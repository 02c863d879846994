"""How the module lives: configurations that are refused, reloads, changes that are followed, crashes."""

import json
import os
import signal
import threading
import unittest

from example_world import ExampleWorld
from nginx_gateway import EchoBackend, NginxGateway, build_module, wait_until

MODULE = None


def setUpModule():
    global MODULE
    MODULE = build_module()


class Life(unittest.TestCase):
    def setUp(self):
        self.world = self.enterContext(ExampleWorld())

    def gateway(self, policies=None, mapping=None, **options):
        return NginxGateway(policies or self.world.policies, mapping or self.world.mapping, module=MODULE, **options)


class Configuration(Life):
    def assertContent(self, gateway):
        is_content, words = gateway.check_configuration()
        self.assertTrue(is_content, words)

    def assertRefused(self, gateway, *parts):
        is_content, words = gateway.check_configuration()
        self.assertFalse(is_content, words)
        for part in parts:
            self.assertRegex(words, part)

    def test_content(self):
        self.assertContent(self.gateway())
        self.assertContent(self.gateway(mode="dry_run"))

    def test_unknown_mode(self):
        self.assertRefused(self.gateway(mode="maybe"), r'invalid value "maybe" in .*nginx\.conf:\d+')

    def test_missing_directives(self):
        gateway = NginxGateway(None, self.world.mapping, module=MODULE)
        self.assertRefused(gateway, r'"portcullis" needs "portcullis_directory" in .*nginx\.conf:\d+')
        gateway = NginxGateway(self.world.policies, None, module=MODULE)
        self.assertRefused(gateway, r'"portcullis" needs "portcullis_mapping" in .*nginx\.conf:\d+')

    def test_nothing_is_needed_where_nothing_is_decided(self):
        self.assertContent(NginxGateway(None, None, mode="off", module=MODULE))

    def test_missing_mapping(self):
        self.assertRefused(self.gateway(mapping=self.world.folder + "/none.json"), r"none\.json",
                           r"in .*nginx\.conf:\d+")

    def test_faulty_mapping(self):
        self.world.write("mapping.json", '{\n  "version": 1,\n  "rutes": []\n}\n')
        self.assertRefused(self.gateway(), r"mapping\.json:3:\d+", r"rutes", r"in .*nginx\.conf:\d+")

    def test_missing_policies(self):
        self.assertRefused(self.gateway(policies=self.world.folder + "/none"), r"none", r"in .*nginx\.conf:\d+")

    def test_faulty_policies(self):
        self.world.write("policies/accounts/111122223333/policies/read-models.json", '{\n  "Version": 1\n}\n')
        self.assertRefused(self.gateway(), r"read-models\.json", r"in .*nginx\.conf:\d+")

    def test_faulty_key(self):
        gateway = self.gateway(http=f"portcullis_trusted_key {self.world.folder}/keys.json;")
        self.assertRefused(gateway, r"keys\.json: no Ed25519 public key", r"in .*nginx\.conf:\d+")

    def test_address_without_keys(self):
        self.assertRefused(self.gateway(policies="https://policies.example/pointer"), r"needs trusted keys")

    def test_faulty_time(self):
        self.assertRefused(self.gateway(http="portcullis_interval soon;"), r"nginx\.conf:\d+")
        self.assertRefused(self.gateway(http="portcullis_start_timeout 0;"), r"time to start")

    def test_a_faulty_configuration_leaves_what_runs_alone(self):
        with self.gateway() as gateway:
            workers = gateway.worker_pids()
            self.world.write("mapping.json", "{")
            gateway.process.send_signal(signal.SIGHUP)
            wait_until(lambda: "[emerg]" in gateway.error_log(), what="the refusal")
            self.assertEqual(gateway.worker_pids(), workers)
            self.assertEqual(gateway.request("GET", "/healthz")[0], 200)


class Changes(Life):
    def test_policies_are_followed(self):
        with self.gateway() as gateway:
            headers = self.world.person("ben")
            ask = lambda: gateway.request("GET", "/v1/models", headers=headers)[0]
            self.assertEqual(ask(), 200)
            self.world.suspend("ben")
            wait_until(lambda: ask() == 403, what="the suspension")
            self.world.readmit("ben")
            wait_until(lambda: ask() == 200, what="the end of the suspension")
            revisions = lambda: len({line["revision"] for line in gateway.decisions()})
            wait_until(lambda: revisions() >= 3, what="three revisions in the access log")

    def test_the_mapping_is_followed(self):
        with self.gateway() as gateway:
            headers = self.world.person("ben")
            ask = lambda: gateway.request("GET", "/v3/models", headers=headers)[0]
            self.assertEqual(ask(), 403)
            good = self.world.read("mapping.json")
            self.world.change_mapping(lambda mapping: mapping["routes"][1].update(path="/v3/models"))
            wait_until(lambda: ask() == 200, what="the new route")
            self.world.write("mapping.json", "{")
            wait_until(lambda: "mapping: refused" in gateway.error_log(), what="the refusal")
            self.assertEqual(ask(), 200)
            self.world.write("mapping.json", good)
            wait_until(lambda: ask() == 403, what="the old mapping")

    def test_faulty_policies_change_nothing(self):
        with self.gateway() as gateway:
            headers = self.world.person("ben")
            self.world.write("policies/accounts/111122223333/policies/read-models.json", "{")
            wait_until(lambda: "policies: refused" in gateway.error_log(), what="the refusal")
            self.assertEqual(gateway.request("GET", "/v1/models", headers=headers)[0], 200)

    def test_a_reload_loses_nothing(self):
        with self.gateway(workers=2) as gateway:
            headers = self.world.person("ben")
            with Callers(gateway, headers) as callers:
                for _ in range(3):
                    gateway.reload()
            self.assertGreater(callers.count, 50)
            self.assertEqual(callers.faults, [])

    def test_counters_outlive_a_reload(self):
        with self.gateway(server="location = /status { portcullis_status; }") as gateway:
            self.assertEqual(gateway.request("GET", "/v2")[0], 403)
            gateway.reload()
            self.assertIn('reason="unmapped"} 1\n', gateway.request("GET", "/status")[2].decode())

    def test_policies_are_kept(self):
        keeping = os.path.join(self.world.folder, "kept")
        with self.gateway(http=f"portcullis_keep {keeping};") as gateway:
            headers = self.world.person("ben")
            self.assertEqual(gateway.request("GET", "/v1/models", headers=headers)[0], 200)
            kept = lambda: [name for _, _, names in os.walk(keeping) for name in names if name == "last-good.json"]
            wait_until(kept, what="the kept policies")
            gateway.stop()
            os.rename(self.world.policies, self.world.policies + ".gone")
            gateway.start()
            self.assertEqual(gateway.request("GET", "/v1/models", headers=headers)[0], 200)


class Crashes(Life):
    def test_another_process_takes_over(self):
        for crash in (signal.SIGKILL, signal.SIGSEGV):
            with self.subTest(crash), self.gateway() as gateway:
                headers = self.world.person("ben")
                (old,) = gateway.worker_pids()
                os.kill(old, crash)
                wait_until(lambda: gateway.worker_pids() not in ([], [old]), what="another worker process")
                self.assertEqual(gateway.request("GET", "/v1/models", headers=headers)[0], 200)
                self.assertEqual(gateway.request("PUT", "/v1/models/m", headers=headers, body=b"")[0], 403)

    def test_a_clean_end(self):
        for end in (signal.SIGTERM, signal.SIGQUIT):
            with self.subTest(end), self.gateway(workers=2) as gateway:
                gateway.request("GET", "/healthz")
                gateway.process.send_signal(end)
                self.assertEqual(gateway.process.wait(20), 0)
                log = gateway.error_log()
                self.assertNotIn("exited on signal", log)
                self.assertNotIn("[alert]", log)

    def test_without_policies_everything_is_refused(self):
        # An address that nobody answers at does not keep nginx from starting.
        key = os.path.join(self.world.folder, "issuer.pub")
        os.system(f"openssl pkey -in {self.world.issuer.key} -pubout -out {key}")
        gateway = self.gateway(policies="http://127.0.0.1:9/pointer",
                               http=f"portcullis_trusted_key {key}; portcullis_start_timeout 300ms;")
        with gateway:
            status, _, body = gateway.request("GET", "/v1/models", headers=self.world.person("ben"))
            self.assertEqual((status, json.loads(body)["error"]), (503, "unavailable"))
            self.assertIn("requests are refused until there are policies", gateway.error_log())


class Callers:
    """Asks for what is allowed and for what is not, on new connections, until it ends."""

    def __init__(self, gateway, headers, threads=2):
        self.gateway, self.headers = gateway, headers
        self.count, self.faults = 0, []
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def run(self):
        while not self.is_over.is_set():
            for target, expected in (("/v1/models", 200), ("/v2", 403)):
                try:
                    status = self.gateway.request("GET", target, headers=self.headers)[0]
                except OSError as fault:
                    status = fault
                self.count += 1
                if status != expected:
                    self.faults.append((target, status))


if __name__ == "__main__":
    unittest.main()

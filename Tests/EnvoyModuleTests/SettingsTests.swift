import GatewayRuntime
import Testing

@testable import EnvoyModule

@Suite("What filter_config says")
struct SettingsTests {
    private func settings(_ text: String, name: String = "gate") throws -> FilterSettings {
        try FilterSettings(text, name: name)
    }

    @Test("Policies and mapping are enough; what is left out is the safe choice")
    func least() throws {
        let settings = try settings(#"{"policies": "p", "mapping": "m"}"#)
        #expect(settings.gateway == GatewayConfiguration(policies: "p", mapping: "m"))
        #expect(!settings.isDryRun && !settings.startsWithoutPolicies)
        #expect(settings.peerAddress == .connection)
        #expect(settings.clientCertificates == .ignored)
        #expect(settings.setsMetadata && !settings.setsRequestHeaders && !settings.setsResponseHeaders)
    }

    @Test("Policies may be an object")
    func policies() throws {
        let text = #"""
            {"policies": {"source": "s", "trustedKeys": ["a", "b"], "channel": "c", "keepingFolder": "k",
            "stalenessLimitSeconds": 30, "intervalSeconds": 2.5}, "mapping": "m", "startSeconds": 3}
            """#
        var expected = GatewayConfiguration.Policies(source: "s")
        expected.trustedKeys = ["a", "b"]
        expected.channel = "c"
        expected.keepingFolder = "k"
        expected.stalenessLimitSeconds = 30
        expected.intervalSeconds = 2.5
        let gateway = try settings(text).gateway
        #expect(gateway.policies == expected)
        #expect(gateway.startSeconds == 3)
    }

    @Test(
        "A fault is named with its place",
        arguments: [
            ("", "filter_config:1:1"), ("[]", "an object should stand here"),
            ("{}", "the member `policies` is missing"),
            (#"{"policies": "p"}"#, "the member `mapping` is missing"),
            (#"{"policies": "p", "mapping": "m", "x": 1}"#, "1:35: there is no member `x`"),
            (#"{"policies": "p", "mapping": "m", "mapping": "m"}"#, "json.duplicateKey"),
            (#"{"policies": "", "mapping": "m"}"#, "`policies` takes texts that are not empty"),
            (#"{"policies": 1, "mapping": "m"}"#, "an object should stand here"),
            (#"{"policies": {"channel": "c"}, "mapping": "m"}"#, "the member `source` is missing"),
            (#"{"policies": {"source": "s", "trustedKeys": "k"}, "mapping": "m"}"#, "an array of texts"),
            (#"{"policies": "p", "mapping": "m", "startSeconds": "1"}"#, "must be a number"),
            (#"{"policies": "p", "mapping": "m", "metadata": 1}"#, "must be true or false"),
            (#"{"policies": "p", "mapping": "m", "peerAddress": "x"}"#, "`connection` or `envoy`"),
            (
                #"{"policies": "p", "mapping": "m", "metadata": false, "responseHeaders": true}"#,
                "`responseHeaders` needs `metadata`"
            ),
        ]
    )
    func faults(_ text: String, _ message: String) {
        let fault = #expect(throws: ConfigurationFault.self) { try settings(text) }
        #expect(fault?.description.contains(message) == true, "\(fault?.description ?? "none")")
    }

    @Test("A name of statistics is plain", arguments: ["", "a.b", "a b", "ä"])
    func names(_ name: String) {
        #expect(throws: ConfigurationFault.self) {
            try settings(#"{"policies": "p", "mapping": "m"}"#, name: name)
        }
    }

    @Test("A route says what it wants otherwise")
    func routes() throws {
        let route = try RouteSettings(#"{"disabled": true, "dryRun": false}"#, name: "gate")
        #expect(route.isDisabled && route.isDryRun == false && route.mapping == nil)
        #expect(try RouteSettings("{}", name: "gate").isDryRun == nil)
    }

    @Test(
        "A route's fault is refused",
        arguments: ["", #"{"dry_run": true}"#, #"{"mapping": "/nowhere.json"}"#, #"{"disabled": "yes"}"#]
    )
    func routeFaults(_ text: String) {
        #expect(throws: ConfigurationFault.self) { try RouteSettings(text, name: "gate") }
    }

    @Test(
        "An address is told from its port, and one from a header from a connection's",
        arguments: [
            ("10.0.0.7:52114", "10.0.0.7", false), ("10.0.0.7:0", "10.0.0.7", true),
            ("[2001:db8::7]:443", "2001:db8::7", false), ("[2001:db8::7]:0", "2001:db8::7", true),
            ("/run/envoy.sock", nil, false), ("@abstract:0", nil, false), ("", nil, false),
            (":0", nil, false),
            ("10.0.0.7", nil, false), ("[:0", nil, true), ("[]:1", nil, false), ("1:", "1", false),
        ] as [(String, String?, Bool)]
    )
    func addresses(_ text: String, _ host: String?, _ isDerived: Bool) {
        let bytes = Array(text.utf8)
        let address = PeerAddress(bytes.span)
        #expect(address.host.map { String(decoding: bytes[$0], as: UTF8.self) } == host)
        #expect(address.isDerived == isDerived)
    }

    @Test(
        "Reserved names are known in any spelling",
        arguments: [
            ("x-portcullis-decision", true), ("X-PORTCULLIS-A", true), ("x_portcullis_a", true),
            ("x-portcullis-", true), ("x-portcullis", false), ("x-portculli5-a", false),
            ("y-portcullis-a", false),
            ("", false),
        ]
    )
    func reserved(_ name: String, _ isReserved: Bool) {
        var headers = OwnHeaders()
        #expect(headers.take(Array(name.utf8).span) == isReserved)
    }
}

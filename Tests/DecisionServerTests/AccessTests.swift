import SnapshotDelivery
import Testing

@testable import DecisionServer

@Suite("Who may call")
struct AccessTests {
    static let digest = SHA256Digest(of: Array("secret".utf8)).description

    @Test("A token is known by its digest, and told by its name")
    func tokens() throws {
        let other = SHA256Digest(of: Array("other".utf8))
        let text = "# names\n\n one\tsha256:\(Self.digest)\r\ntwo sha256:\(other)\n"
        let tokens = try BearerTokens(Array(text.utf8), name: "tokens")
        #expect(tokens.name(of: Array("secret".utf8)) == "one")
        #expect(tokens.name(of: Array("other".utf8)) == "two")
        for wrong in ["", "Secret", "secret ", Self.digest, String(repeating: "x", count: 5_000)] {
            #expect(tokens.name(of: Array(wrong.utf8)) == nil, "\(wrong)")
        }
    }

    @Test(
        "A faulty list is refused with its line",
        arguments: [
            ("one secret", "t:1: a line needs"), ("one", "t:1: a line needs"),
            ("one sha256:ab", "t:1: a line needs"),
            ("#\none sha256:\(digest) x", "t:2: a line needs"),
            ("one sha256:\(digest)\none sha256:\(digest)", "t:2: `one`"),
            ("", "t: there is no token"), ("# none", "t: there is no token"),
            (
                "one sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "t:1: the token is empty"
            ),
        ]
    )
    func faults(_ text: String, _ message: String) {
        #expect {
            try BearerTokens(Array(text.utf8), name: "t")
        } throws: {
            "\($0)".hasPrefix(message)
        }
    }

    @Test("A file that is missing is an error with its name")
    func missing() {
        #expect { try BearerTokens(contentsOf: "/nowhere/tokens") } throws: {
            "\($0)".hasPrefix("/nowhere/tokens: ")
        }
    }

    @Test(
        "Addresses are numeric, with a port, or paths of sockets",
        arguments: [
            ("127.0.0.1:80", true), ("[::1]:80", true), ("unix:/a b", true), ("0.0.0.0:1", false),
            ("[::]:0", false),
            ("127.9.9.9:65535", true),
        ]
    )
    func addresses(_ text: String, _ isLocal: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.description == text && address.isLocal == isLocal)
    }

    @Test(
        "Nothing else is an address",
        arguments: [
            "", "80", ":80", "localhost:80", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1",
            "1.2.3.4:+1", "::1:80",
            "[1.2.3.4]:80", "unix:", "unix:/\(String(repeating: "a", count: 120))",
        ]
    )
    func noAddresses(_ text: String) {
        #expect(ListenAddress(text) == nil)
    }

    private func configuration(
        _ listener: String,
        admin: Bool = false,
        _ change: (inout ServerConfiguration) -> Void
    ) -> ServerConfiguration {
        var configuration = ServerConfiguration(listeners: [.tcp(host: "127.0.0.1", port: 0)])
        let address = ListenAddress(listener).map { [$0] } ?? []
        if admin { configuration.adminListeners = address } else { configuration.listeners = address }
        change(&configuration)
        return configuration
    }

    private static let plain = TLSFiles(certificate: "c", key: "k")
    private static let mutual = TLSFiles(certificate: "c", key: "k", clientAuthorities: "a")

    @Test(
        "An address that others reach needs TLS and a token or certificate",
        arguments: ["0.0.0.0:1", "[::]:1", "10.0.0.1:1"]
    )
    func unprotected(_ listener: String) throws {
        let half: [(inout ServerConfiguration) -> Void] = [
            { _ in }, { $0.tls = Self.plain }, { $0.access.tokens = "t" }, { $0.access.adminTokens = "t" },
        ]
        for change in half {
            #expect(throws: ServerError.self) { try configuration(listener, change).check() }
            #expect(throws: ServerError.self) { try configuration(listener, admin: true, change).check() }
        }
        // Any client of these authorities may ask, but that makes nobody an administrator.
        try configuration(listener) { $0.tls = Self.mutual }.check()
        #expect(throws: ServerError.self) {
            try configuration(listener, admin: true) { $0.tls = Self.mutual }.check()
        }
        try configuration(listener) {
            $0.tls = Self.plain
            $0.access.tokens = "t"
        }.check()
        try configuration(listener, admin: true) {
            $0.tls = Self.mutual
            $0.access.adminClientNames = ["a"]
        }.check()
        try configuration(listener) { $0.access.allowsUnprotected = true }.check()
    }

    @Test("This machine's own addresses need nothing", arguments: ["127.0.0.1:1", "[::1]:1", "unix:/x"])
    func local(_ listener: String) throws {
        try configuration(listener) { _ in }.check()
    }

    @Test("What makes no sense is refused")
    func nonsense() {
        let changes: [(inout ServerConfiguration) -> Void] = [
            { $0.listeners = [] }, { $0.threads = 0 }, { $0.limits.headBytesMax = 0 },
            { $0.limits.idleSeconds = 0 },
            { $0.limits.bodyBytesMax = -1 }, { $0.drainSeconds = -1 }, { $0.access.clientNames = ["a"] },
            { $0.limits.headSeconds = .nan },
        ]
        for (index, change) in changes.enumerated() {
            #expect(throws: ServerError.self, "\(index)") { try configuration("127.0.0.1:1", change).check() }
        }
    }
}

@Suite("Certificates that gateways forward")
struct ForwardedCertificateTests {
    @Test(
        "Names are taken from one certificate",
        arguments: [
            (
                "Hash=ab;URI=spiffe://a/b;DNS=a.example;DNS=b.example",
                ["spiffe://a/b", "a.example", "b.example"]
            ),
            (#"By=x;Subject="CN=a\"b,O=c;d";URI="#, [#"CN=a"b,O=c;d"#]),
            (#"Subject="CN=a\,b""#, [#"CN=a\,b"#]),
            (#"Subject="""#, []),
        ]
    )
    func names(_ text: String, _ names: [String]) {
        let found = ForwardedCertificate.names(Array(text.utf8)[...])
        #expect(found?.map { String(decoding: $0.1, as: UTF8.self) } == names)
    }

    @Test(
        "Several certificates, and what is none, are refused",
        arguments: [
            "", "URI=a,URI=b", "URI", "URI=a;", #"Subject="a"#, #"Subject="a"b"#, #"Subject="a\"#, "Other=a",
            #"URI=a"b"#,
            "URI=a b", #"Subject="a",Subject="b""#,
        ]
    )
    func faults(_ text: String) {
        #expect(ForwardedCertificate.names(Array(text.utf8)[...]) == nil)
    }
}

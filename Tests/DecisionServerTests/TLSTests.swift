import Foundation
import Testing

@testable import DecisionServer

@Suite("TLS")
struct TLSTests {
    /// A folder with an authority, a certificate of the server, and one of a client by the authority.
    private func certificates() async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        try await folder.run(
            ["openssl", "req", "-x509", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem"] + key
        )
        for (name, names) in [
            ("server", "DNS:localhost"), ("client", "URI:spiffe://acme.example/app,DNS:app.example"),
        ] {
            try await folder.run(
                ["openssl", "req", "-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).csr"]
                    + key
            )
            try folder.write("subjectAltName=\(names)\n", "\(name).ext")
            try await folder.run([
                "openssl", "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial",
                "-extfile", "\(name).ext", "-out", "\(name).pem",
            ])
        }
        return folder
    }

    private func files(_ folder: TemporaryFolder, clients: Bool) -> TLSFiles {
        let path = folder.path
        return TLSFiles(
            certificate: "\(path)/server.pem",
            key: "\(path)/server.key",
            clientAuthorities: clients ? "\(path)/ca.pem" : nil
        )
    }

    private func ask(
        _ server: TestServer,
        _ folder: TemporaryFolder,
        _ text: String,
        _ options: [String] = []
    ) async throws -> String {
        guard case .tcp(_, let port) = server.address else { return "" }
        let words = ["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", "ca.pem", "-quiet"]
        return try await folder.run(
            words + ["-verify_return_error", "-servername", "localhost"] + options,
            input: text
        )
    }

    @Test(
        "Requests are answered under TLS 1.2 and 1.3, and not below",
        arguments: [("-tls1_2", true), ("-tls1_3", true), ("-tls1_1", false)]
    )
    func versions(_ option: String, _ isOffered: Bool) async throws {
        let folder = try await certificates()
        try await TestServer.with(change: { $0.tls = files(folder, clients: false) }) { server in
            let two = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" + .get("/healthz")
            let answer = try await ask(server, folder, two, [option])
            #expect(answer.statuses == (isOffered ? [200, 200] : []))
        }
    }

    @Test("Bytes that are no TLS end the connection")
    func plain() async throws {
        let folder = try await certificates()
        try await TestServer.with(change: { $0.tls = files(folder, clients: false) }) { server in
            #expect(await server.ask(.get("/healthz")).statuses == [])
        }
    }

    @Test(
        "Where clients need a certificate, its name decides",
        arguments: [
            ([], 200), (["app.example"], 200), (["spiffe://acme.example/app"], 200), (["other.example"], 403),
        ]
    )
    func names(_ names: [String], _ status: Int) async throws {
        let folder = try await certificates()
        let change: (inout ServerConfiguration) -> Void = {
            $0.tls = files(folder, clients: true)
            $0.access.clientNames = names
        }
        try await TestServer.with(change: change) { server in
            let text = String.get("/access/v1/x", "Content-Length: 0\r\n", method: "POST")
            let certificate = ["-cert", "client.pem", "-key", "client.key"]
            #expect(try await ask(server, folder, text, certificate).statuses == [status])
            #expect(try await ask(server, folder, text).statuses == [], "without a certificate")
            let foreign = [
                "openssl", "req", "-x509", "-subj", "/CN=x", "-nodes", "-newkey", "rsa:2048", "-keyout",
                "x.key",
            ]
            try await folder.run(foreign + ["-out", "x.pem", "-addext", "subjectAltName=DNS:app.example"])
            #expect(
                try await ask(server, folder, text, ["-cert", "x.pem", "-key", "x.key"]).statuses == [],
                "by another authority"
            )
        }
    }

    @Test("Faulty files are refused at the start, and later leave what was in force")
    func faults() async throws {
        let folder = try await certificates()
        var wrong = files(folder, clients: false)
        wrong.key = "\(folder.path)/client.key"
        #expect(throws: ServerError.self) { _ = try TestServer(following: false, change: { $0.tls = wrong }) }
        wrong.key = "\(folder.path)/\u{0}"
        #expect(throws: ServerError.self) { _ = try TestServer(following: false, change: { $0.tls = wrong }) }
        try await TestServer.with(change: { $0.tls = files(folder, clients: false) }) { server in
            try folder.write("nonsense", "server.pem")
            #expect(server.server.reload().count == 1)
            #expect(try await ask(server, folder, .get("/healthz")).statuses == [200])
        }
    }
}

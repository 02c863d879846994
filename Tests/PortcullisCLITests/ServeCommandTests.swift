import Foundation
import Synchronization
import Testing

@testable import PortcullisCLI

@Suite("portcullis serve")
struct ServeCommandTests {
    @Test("Its help names its options")
    func help() {
        let run = portcullis("serve --help")
        #expect(run.status == .success && run.output.hasPrefix("usage: portcullis serve "))
        for option in ServerConfigurationOptions.all {
            #expect(run.output.contains("\(option) ") || run.output.contains("\(option)\n"), "\(option)")
        }
    }

    @Test(
        "A command line that makes no sense is refused with what is wrong",
        arguments: [
            ("p", "`--listen` is needed"), ("--listen 127.0.0.1:0", "name one directory, file or address"),
            ("p --listen localhost:80", "`--listen` needs a numeric address"),
            ("p --listen 127.0.0.1:0 --admin-listen 80", "`--admin-listen` needs a numeric address"),
            ("p --listen 127.0.0.1:0 --threads 0", "`--threads` must be from 1 to 256"),
            ("p --listen 127.0.0.1:0 --threads x", "`--threads` needs a whole number"),
            ("p --listen 127.0.0.1:0 --socket-mode 999", "`--socket-mode` needs octal permissions"),
            ("p --listen 127.0.0.1:0 --tls-cert c", "TLS needs both"),
            ("p --listen 127.0.0.1:0 --client-ca c", "TLS needs both"),
            ("p --listen 127.0.0.1:0 --body-max -1", "`--body-max` needs a whole number"),
            ("p --listen 127.0.0.1:0 --head-timeout 2d", "`--head-timeout` must be at most `1d`"),
            ("p --listen 127.0.0.1:0 --idle-timeout 5", "`--idle-timeout` needs a time"),
            ("p --listen 127.0.0.1:0 --dry-run", "`--dry-run` needs `--mapping` or `--authzen`"),
            ("p --listen 127.0.0.1:0 --channel c", "`--channel` needs `--trust`"),
            ("https://a.example/p --listen 127.0.0.1:0", "`--trust` is needed for addresses"),
            ("p --listen 127.0.0.1:0 --nonsense", "there is no option `--nonsense`"),
        ]
    )
    func usage(_ words: String, _ message: String) {
        let run = portcullis("serve \(words)")
        #expect(run.status == .usage && run.output.isEmpty)
        #expect(run.errors.hasPrefix("portcullis: \(message)"), "\(run.errors)")
    }

    @Test(
        "Files and addresses that cannot be used are refused before anything listens",
        arguments: [
            ("--listen 0.0.0.0:0", "0.0.0.0:0: others can reach this address"),
            ("--listen 127.0.0.1:0 --admin-listen [::]:0", "[::]:0: others can reach this address"),
            ("--listen 127.0.0.1:0 --tokens /nowhere/t", "/nowhere/t: "),
            ("--listen 127.0.0.1:0 --mapping /nowhere/m", "/nowhere/m:1:1: error: "),
            ("--listen 127.0.0.1:0 --tls-cert /nowhere/c --tls-key /nowhere/k", "/nowhere/c, /nowhere/k: "),
            ("--listen 127.0.0.1:0 --client-name a", "names of clients' certificates need the authorities"),
            ("--listen unix:/nowhere/s", "unix:/nowhere/s: cannot listen there"),
        ]
    )
    func unusable(_ words: String, _ message: String) {
        let run = portcullis("serve /nowhere/policies \(words)")
        #expect(run.status == .invalidInput && run.output.isEmpty)
        #expect(run.errors.contains(message), "\(run.errors)")
    }
}

extension ServeCommandTests {
    @Test("It serves until a signal, tells where, and takes what gateways, AuthZEN and the simulator need")
    func serving() async throws {
        // Before it looks at signals, this process must not end by them.
        signal(SIGTERM, SIG_IGN)
        let folder = try TemporaryFolder([:])
        let place = folder.path
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let words = [
            "serve", "\(root)/Examples/gateway/policies", "--mapping",
            "\(root)/Examples/gateway/mapping.json",
            "--listen", "unix:\(place)/s", "--admin-listen", "unix:\(place)/a", "--threads", "1",
            "--authzen", "\(root)/Examples/authzen/todo/mapping.json", "--authzen-url",
            "http://127.0.0.1:8181",
            "--simulator", "--drain-timeout", "1s",
        ]
        let isOver = OneSign()
        let run = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let run = portcullis(words)
                isOver.give()
                continuation.resume(returning: run)
            }
            // It ends with the signal that finds it looking.
            Thread.detachNewThread {
                while !isOver.isGiven {
                    if FileManager.default.fileExists(atPath: "\(place)/a") { kill(getpid(), SIGTERM) }
                    Thread.sleep(forTimeInterval: 0.05)
                }
            }
        }
        #expect(run.status == .success, "\(run.errors)")
        #expect(run.output.contains("checks: unix:\(place)/s"))
        withExtendedLifetime(folder) {}
        #expect(run.output.contains("administration: unix:\(place)/a"))
    }
}

/// Something that happens once, as several threads see it.
private final class OneSign: Sendable {
    private let given = Mutex(false)
    var isGiven: Bool { given.withLock { $0 } }
    func give() { given.withLock { $0 = true } }
}

/// The options of a server, apart from those that say which policies it follows.
private enum ServerConfigurationOptions {
    static let all = [
        "--listen", "--admin-listen", "--threads", "--socket-mode", "--tls-cert", "--tls-key", "--client-ca",
        "--client-name", "--admin-client-name", "--tokens", "--admin-tokens", "--body-max", "--head-max",
        "--headers-max",
        "--connections-max", "--head-timeout", "--body-timeout", "--send-timeout", "--idle-timeout",
        "--drain-delay",
        "--drain-timeout", "--allow-unprotected", "--trust-client-cert-header", "--mapping", "--dry-run",
    ]
}

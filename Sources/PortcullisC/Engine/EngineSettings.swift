import CPortcullis
import IdentityDirectory
import Portcullis
import SnapshotDelivery

/// Where an engine takes policies from, and when it believes them.
struct EngineSettings: Sendable {
    let source: String
    var trust = ContentTrust.unsigned
    var keepingFolder: String?
    var stalenessLimit: Duration?
    var interval: Duration?
    /// For how long to wait for the first policies.
    var patience = Duration.seconds(10)

    /// Reads what the caller gave.
    init(source: String, _ pointer: UnsafePointer<portcullis_settings>?) throws(Failure) {
        self.source = source
        if source.isEmpty { throw Failure(.invalidArgument, "`source` is empty") }
        if let pointer = unsafe pointer {
            // INVARIANT: the caller gave a struct of the size that its first member says, which is looked at first.
            guard unsafe pointer.pointee.size == MemoryLayout<portcullis_settings>.size else {
                throw Failure(.wrongSize, "`settings` has a size of \(unsafe pointer.pointee.size) bytes")
            }
            try unsafe take(pointer.pointee)
        }
        if isAddress, !trust.isSigned {
            throw Failure(
                .invalidArgument,
                "\(HTTPSource(pointer: source).name): an address needs trusted keys"
            )
        }
    }

    private mutating func take(_ settings: portcullis_settings) throws(Failure) {
        trust = try unsafe Self.trust(settings)
        keepingFolder = try unsafe CallerText.optional(settings.keeping_folder, "keeping_folder")
        stalenessLimit = try Self.duration(unsafe settings.staleness_limit_ms, "staleness_limit_ms")
        interval = try Self.duration(unsafe settings.interval_ms, "interval_ms")
        let start = unsafe settings.start_timeout_ms
        patience = start == -1 ? .zero : try Self.duration(start, "start_timeout_ms") ?? patience
    }

    var isAddress: Bool { source.hasPrefix("http://") || source.hasPrefix("https://") }

    /// A source that has handed over nothing yet.
    func makeSource() -> any SnapshotSource {
        if isAddress {
            var timing = HTTPSource.Timing()
            if let interval { timing.interval = interval }
            return HTTPSource(pointer: source, timing: timing)
        }
        var timing = FileSource.Timing()
        if let interval { timing.rescan = interval }
        return FileSource(path: source, timing: timing)
    }

    // MARK: Parts

    private static let durationMax: Int64 = 366 * 86_400_000
    private static let keyCountMax: UInt64 = 1_000

    private static func duration(_ milliseconds: Int64, _ name: String) throws(Failure) -> Duration? {
        guard 0...durationMax ~= milliseconds else {
            throw Failure(.invalidArgument, "`\(name)` must be 0 to \(durationMax), not \(milliseconds)")
        }
        return milliseconds == 0 ? nil : .milliseconds(milliseconds)
    }

    private static func trust(_ settings: portcullis_settings) throws(Failure) -> ContentTrust {
        let channel = try unsafe CallerText.optional(settings.channel, "channel")
        guard let keys = TrustedKeys(try unsafe keys(settings)) else {
            if channel != nil { throw Failure(.invalidArgument, "`channel` needs trusted keys") }
            return .unsigned
        }
        guard let channel else { return .signed(AcceptanceRules(keys: keys)) }
        guard let channel = Channel(channel) else {
            throw Failure(.invalidArgument, "`\(channel)` is no name of a channel")
        }
        return .signed(AcceptanceRules(keys: keys, channel: channel))
    }

    private static func keys(_ settings: portcullis_settings) throws(Failure) -> [VerificationKey] {
        let count = unsafe settings.trusted_key_file_count
        guard count > 0 else { return [] }
        guard count <= keyCountMax else {
            throw Failure(.invalidArgument, "`trusted_key_file_count` is above \(keyCountMax)")
        }
        guard let paths = unsafe settings.trusted_key_files else { throw .isNull("trusted_key_files") }
        var keys: [VerificationKey] = []
        for index in 0..<Int(count) {
            // INVARIANT: the caller gave as many paths as it says.
            guard let path = try unsafe CallerText.optional(paths[index], "trusted_key_files") else {
                throw .isNull("trusted_key_files")
            }
            keys.append(try key(path))
        }
        return keys
    }

    private static func key(_ path: String) throws(Failure) -> VerificationKey {
        let bytes: [UInt8]
        do throws(FileFault) { bytes = try SystemFiles.bytes(of: path, bytesMax: 1 << 16) } catch {
            throw Failure(.invalidArgument, "\(error.path): \(error.message)")
        }
        guard let key = VerificationKey(pem: bytes) else {
            throw Failure(.invalidArgument, "\(path): no Ed25519 public key in PEM")
        }
        return key
    }
}

extension ContentTrust {
    var isSigned: Bool {
        if case .signed = self { true } else { false }
    }
}

import CEvent
import Portcullis
import SnapshotDelivery

/// The tokens that open a part of the server: their SHA-256 and names, never themselves.
///
///     # name     digest of the token
///     gateway-1  sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
public struct BearerTokens: Sendable {
    private let entries: [(name: String, digest: [UInt8])]

    /// Tokens of a file.
    static let countMax = 1_000

    /// Reads a list of tokens, one a line: a name, white space, `sha256:` and 64 digits of lower case.
    ///
    /// - Throws: ``ServerError`` with the first faulty line; also where there is no token at all.
    public init(_ text: [UInt8], name file: String) throws(ServerError) {
        var entries: [(name: String, digest: [UInt8])] = []
        let lines = text.split(separator: 10, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\t" || $0 == "\r" }
            guard let name = words.first, !name.hasPrefix("#") else { continue }
            let fault = "\(file):\(index + 1)"
            guard words.count == 2, words[1].hasPrefix("sha256:"),
                let digest = SHA256Digest(String(words[1].dropFirst(7)))
            else { throw ServerError("\(fault): a line needs a name and `sha256:` with 64 digits") }
            // The digest of nothing would let an empty token in.
            guard digest != SHA256Digest(of: []) else { throw ServerError("\(fault): the token is empty") }
            guard !entries.contains(where: { $0.name == name }) else {
                throw ServerError("\(fault): `\(name)` stands twice")
            }
            entries.append((String(name), digest.bytes))
        }
        guard !entries.isEmpty else { throw ServerError("\(file): there is no token in it") }
        guard entries.count <= Self.countMax else { throw ServerError("\(file): too many tokens") }
        self.entries = entries
    }

    /// Reads a file.
    init(contentsOf path: String) throws(ServerError) {
        let bytes: [UInt8]
        do throws(FileFault) {
            bytes = try SystemFiles.bytes(of: path, bytesMax: 1 << 20)
        } catch {
            throw ServerError("\(error.path): \(error.message)")
        }
        try self.init(bytes, name: path)
    }

    /// The name of a token; nil for one that is not among these.
    ///
    /// Every entry is compared, and each in the same time whatever its bytes are.
    func name(of token: [UInt8]) -> String? {
        guard !token.isEmpty, token.count <= 4_096 else { return nil }
        let digest = SHA256Digest(of: token).bytes
        var found: Int?
        for (index, entry) in entries.enumerated() where Self.isEqual(digest, entry.digest) { found = index }
        return found.map { entries[$0].name }
    }

    private static func isEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        // INVARIANT: as many bytes as are compared are in both arrays.
        return unsafe one.withUnsafeBytes { one in
            unsafe other.withUnsafeBytes { other in
                unsafe portcullis_equal_bytes(one.baseAddress, other.baseAddress, one.count) == 1
            }
        }
    }
}

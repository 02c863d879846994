import COpenSSL
import Foundation

/// Makes the tokens by which clients ask for the next page of a list, and takes no others.
///
/// A token is a place in the list with a keyed digest of the place and of the question, in URL-safe base64:
///
///     ┌──────────────────┬──────────┐
///     │ digest, 16 bytes │ place, n │
///     └──────────────────┴──────────┘
///
/// It is good for the question it was made for and for no other, and nobody without the key can make one. It is not
/// secret: its place can be read.
public struct PagingKey: Sendable {
    private let secret: [UInt8]
    private static let digestCount = 16

    /// A key that no other process has: tokens of this one are good until it ends.
    public init() {
        var generator = SystemRandomNumberGenerator()
        self.init(secret: (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// A key that several processes may share.
    public init(secret: [UInt8]) { self.secret = secret }

    /// The token of a place in the answer to a question.
    func token(of place: [UInt8], in question: [UInt8]) -> String {
        Data(digest(of: place, in: question) + place).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    /// The place of a token that was made for this question; nil for any other text.
    func place(of token: String, in question: [UInt8]) -> [UInt8]? {
        guard token.utf8.count <= 4_096, token.utf8.allSatisfy({ Self.isTokenByte($0) }) else { return nil }
        let plain = token.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        guard let bytes = Data(base64Encoded: plain + padding), bytes.count >= Self.digestCount else {
            return nil
        }
        let place = [UInt8](bytes.dropFirst(Self.digestCount))
        return Self.areSame([UInt8](bytes.prefix(Self.digestCount)), digest(of: place, in: question))
            ? place : nil
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Compares in a time that does not depend on where the two differ.
    private static func areSame(_ lhs: [UInt8], _ rhs: [UInt8]) -> Bool {
        lhs.count == rhs.count && zip(lhs, rhs).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private func digest(of place: [UInt8], in question: [UInt8]) -> [UInt8] {
        // The count keeps the end of the place apart from the beginning of the question.
        let count = (0..<8).map { UInt8(truncatingIfNeeded: place.count >> ($0 * 8)) }
        return Array(Self.authenticate(count + place + question, by: secret).prefix(Self.digestCount))
    }

    private static func authenticate(_ message: [UInt8], by key: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        // INVARIANT: the function reads the bytes of two arrays and writes 32 bytes to the third.
        let done = unsafe key.withUnsafeBytes { key in
            unsafe message.withUnsafeBytes { message in
                unsafe digest.withUnsafeMutableBufferPointer { output in
                    unsafe portcullis_hmac_sha256(
                        key.baseAddress,
                        key.count,
                        message.baseAddress,
                        message.count,
                        output.baseAddress
                    )
                }
            }
        }
        precondition(done == 1, "HMAC is not available")
        return digest
    }
}

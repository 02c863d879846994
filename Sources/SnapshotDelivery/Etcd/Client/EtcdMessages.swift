import Foundation
import PolicyLanguage
import Vocabulary

/// What the gateway of etcd's v3 API says and understands: JSON, bytes in Base64, numbers of 64 bits in quotes.
enum EtcdMessages {
    /// The end of the range of all keys that begin with these bytes.
    static func rangeEnd(ofPrefix prefix: [UInt8]) -> [UInt8] {
        var end = prefix
        while let last = end.popLast() {
            if last < 255 { return end + [last + 1] }
        }
        return [0]
    }

    static func bytes(_ bytes: [UInt8]) -> JSONWriter.Value { .string(Data(bytes).base64EncodedString()) }

    static func number(_ number: Int64) -> JSONWriter.Value { .string(String(number)) }

    /// Reads an answer; an error that etcd reports is thrown as one.
    static func read(_ bytes: [UInt8]) throws(EtcdFailure) -> JSONValue {
        let root: JSONValue
        do throws(InvalidDocument) {
            root = try JSONDocument(reading: SourceText(bytes, name: "etcd"), bytesMax: bytes.count).root
        } catch {
            throw .malformed(error.diagnostics.first?.message ?? "no JSON")
        }
        // A stream wraps its errors in an object, a call says them outright.
        let fault = root["error"].map { $0.kind == .object ? $0 : root }
        if let fault {
            let words = fault["message"]?.string?.description ?? "no reason given"
            if words.contains("has been compacted") { throw .compacted }
            throw .refused(code: fault["code"]?.integer ?? fault["grpc_code"]?.integer ?? 2, words)
        }
        return root
    }
}

/// A key with its value, or the news that it is gone.
struct EtcdRecord {
    let key: [UInt8]
    /// Nil for a key that was deleted.
    let value: [UInt8]?
    let revision: Int64
    /// The lease it is bound to; 0 for none.
    let lease: Int64

    init(_ json: JSONValue, isDeleted: Bool = false) throws(EtcdFailure) {
        guard let key = json["key"]?.string.flatMap({ Base64.decode($0) }) else {
            throw .malformed("a record without key")
        }
        self.key = key
        if isDeleted {
            value = nil
        } else {
            // A value without bytes is left out.
            guard let text = json["value"].map(\.string) ?? "", let bytes = Base64.decode(text) else {
                throw .malformed("a value that is no Base64")
            }
            value = bytes
        }
        revision = try json.number("mod_revision")
        lease = try json.number("lease")
    }
}

/// What heads every answer.
struct EtcdHeader: Equatable {
    let revision: Int64
    let cluster: String

    init(_ answer: JSONValue) throws(EtcdFailure) {
        guard let header = answer["header"] else { throw .malformed("no header") }
        revision = try header.number("revision")
        cluster = header["cluster_id"]?.string?.description ?? ""
    }
}

extension JSONValue {
    /// A number of 64 bits; 0 where it is left out, as the gateway does with zeroes.
    func number(_ name: UTF8Text) throws(EtcdFailure) -> Int64 {
        guard let member = self[name] else { return 0 }
        guard let number = Int64(member.text.description) else {
            throw .malformed("`\(name)` is no number")
        }
        return number
    }

    fileprivate var integer: Int? { kind == .number ? Int(text.description) : nil }
}

/// Which keys hold what; Documentation/etcd.md draws it.
struct StoreLayout: Sendable {
    /// What all keys begin with, up to and with a slash.
    let prefix: [UInt8]
    /// The key that names the set in force.
    let pointer: [UInt8]
    /// The key that holds the signed pointer of bundles elsewhere; no part of any set.
    let announcement: [UInt8]
    private let sets: [UInt8]
    private let grants: [UInt8]

    /// What a key is for.
    enum Place: Equatable {
        case pointer
        case announcement
        case file(set: String, path: String)
        case grant(path: String)
        /// Nothing that the layout knows.
        case other
    }

    init(prefix text: String) {
        var prefix = Array(text.utf8)
        while prefix.last == UInt8(ascii: "/") { prefix.removeLast() }
        prefix.append(UInt8(ascii: "/"))
        self.prefix = prefix
        pointer = prefix + Array("current".utf8)
        announcement = prefix + Array("pointer".utf8)
        sets = prefix + Array("sets/".utf8)
        grants = prefix + Array("grants/".utf8)
    }

    /// What the keys of a set begin with.
    func set(_ name: String) -> [UInt8] { sets + Array(name.utf8) + [UInt8(ascii: "/")] }

    /// What the keys of all sets begin with.
    var allSets: [UInt8] { sets }

    /// The key of a grant.
    func grant(_ path: String) -> [UInt8] { grants + Array(path.utf8) }

    func place(of key: [UInt8]) -> Place {
        if key == pointer { return .pointer }
        if key == announcement { return .announcement }
        if key.starts(with: grants) {
            return Self.path(key.dropFirst(grants.count)).map { .grant(path: $0) } ?? .other
        }
        guard key.starts(with: sets) else { return .other }
        let rest = key.dropFirst(sets.count)
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")), let set = Self.path(rest[..<slash]),
            let path = Self.path(rest[(slash + 1)...])
        else { return .other }
        return .file(set: set, path: path)
    }

    /// The name of a set in the pointer's value.
    static func setName(_ value: [UInt8]) -> String? {
        guard !value.contains(UInt8(ascii: "/")), value.count <= 64 else { return nil }
        return path(value[...])
    }

    /// Printable ASCII, which two spellings of one letter cannot make ambiguous; nil for anything else.
    private static func path(_ bytes: ArraySlice<UInt8>) -> String? {
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 32 && $0 < 127 }) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

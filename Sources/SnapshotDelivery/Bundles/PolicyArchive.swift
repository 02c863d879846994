/// Files in one run of bytes, in exactly one way.
///
///     0          8           then for each file, in the order of the paths' bytes
///     │ PCULSRC1 │ file count │ path length (4) │ size (8) │ path │ contents │
///
/// The files are used from memory and never written anywhere, so that no path can lead outside.
enum PolicyArchive {
    private static let magic = Array("PCULSRC1".utf8)
    private static let pathByteCountMax = 4_096

    static func bytes(of files: [String: [UInt8]]) throws(DeliveryError) -> [UInt8] {
        var bytes = magic
        bytes.append(number: UInt64(files.count))
        let sorted = files.map { (path: Array($0.key.utf8), contents: $0.value) }
            .sorted { $0.path.lexicographicallyPrecedes($1.path) }
        for (path, contents) in sorted {
            guard isAllowed(path) else {
                throw DeliveryError(
                    .policies,
                    "no path for a bundle: \(String(decoding: path, as: UTF8.self))"
                )
            }
            bytes.append(number: UInt32(path.count))
            bytes.append(number: UInt64(contents.count))
            bytes += path
            bytes += contents
        }
        return bytes
    }

    /// - Throws: ``DeliveryError`` for anything but what ``bytes(of:)`` writes.
    static func files(in bytes: [UInt8]) throws(DeliveryError) -> [String: [UInt8]] {
        var rest = bytes[...]
        guard let head = rest.take(16), head.starts(with: magic) else { throw malformed("no archive") }
        var files: [String: [UInt8]] = [:]
        var last: [UInt8]?
        while let sizes = rest.take(12) {
            let reader = RecordReader(sizes)
            let pathCount: UInt32 = reader.number(at: 0)
            let byteCount: UInt64 = reader.number(at: 4)
            guard let path = rest.take(UInt64(pathCount)).map({ Array($0) }), isAllowed(path),
                let contents = rest.take(byteCount)
            else { throw malformed("a file is cut short, or has no sound path") }
            if let last, !last.lexicographicallyPrecedes(path) {
                throw malformed("the files are not in order")
            }
            last = path
            files[String(decoding: path, as: UTF8.self)] = Array(contents)
        }
        guard rest.isEmpty, UInt64(files.count) == RecordReader(head).number(at: 8) else {
            throw malformed("it holds another number of files than it says")
        }
        return files
    }

    /// Relative, of names that are neither empty nor begin with a dot, in UTF-8.
    private static func isAllowed(_ path: [UInt8]) -> Bool {
        guard !path.isEmpty, path.count <= pathByteCountMax, !path.contains(0),
            String(validating: path, as: UTF8.self) != nil
        else { return false }
        let names = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return names.allSatisfy { !$0.isEmpty && $0.first != UInt8(ascii: ".") }
    }

    private static func malformed(_ message: String) -> DeliveryError {
        DeliveryError(.policies, "the policies in the bundle: \(message)")
    }
}

extension ArraySlice<UInt8> {
    /// Takes so many bytes from the front; nil if there are fewer, and then takes none.
    fileprivate mutating func take(_ byteCount: UInt64) -> ArraySlice<UInt8>? {
        guard byteCount <= UInt64(count) else { return nil }
        defer { removeFirst(Int(byteCount)) }
        return prefix(Int(byteCount))
    }
}

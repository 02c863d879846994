/// The bytes of a document with the name they came by.
public struct SourceText: Sendable {
    /// The file or other name; may be empty.
    public let name: String
    /// The bytes.
    public let bytes: [UInt8]

    /// Takes bytes, which need not be UTF-8 or JSON.
    public init(_ bytes: [UInt8], name: String = "") {
        self.name = name
        self.bytes = bytes
    }

    /// Takes the UTF-8 bytes of a string.
    public init(_ string: String, name: String = "") { self.init(Array(string.utf8), name: name) }

    /// Line and column of an offset.
    ///
    /// O(offset).
    public func location(of offset: Int) -> SourceLocation {
        var line = 1
        var lineStart = 0
        for (index, byte) in bytes.prefix(offset).enumerated() where byte == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        return SourceLocation(source: name, offset: offset, line: line, column: offset - lineStart + 1)
    }
}

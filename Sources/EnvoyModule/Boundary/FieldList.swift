internal import CEnvoyABI

/// A few named texts on the stack: headers of a response, entries of metadata.
///
/// What does not fit is left out.
///
/// - INVARIANT: the first ``count`` fields of the memory are initialised, and ``count`` is never more than it has.
@safe struct FieldList: ~Copyable {
    private let memory: UnsafeMutableBufferPointer<envoy_field>
    private(set) var count = 0

    private init(_ memory: UnsafeMutableBufferPointer<envoy_field>) { unsafe self.memory = memory }

    /// Lends an empty list with room for so many fields.
    @inline(__always) static func with<Result>(room: Int, _ body: (inout FieldList) -> Result) -> Result {
        // INVARIANT: fields need no deinitialisation, and the memory is used only while it is lent.
        unsafe withUnsafeTemporaryAllocation(of: envoy_field.self, capacity: room) { memory in
            var list = unsafe FieldList(memory)
            return body(&list)
        }
    }

    /// Appends a text that is not empty.
    mutating func append(_ name: StaticString, _ value: LentText) {
        guard unsafe count < memory.count, !value.isEmpty else { return }
        let name = LentText(name)
        let field = unsafe envoy_field(
            name: name.raw.bytes,
            name_count: name.raw.count,
            value: value.raw.bytes,
            value_count: value.raw.count
        )
        // INVARIANT: as of the type.
        unsafe memory.initializeElement(at: count, to: field)
        count += 1
    }

    /// Appends a text that is lent for longer than the list.
    mutating func append(_ name: StaticString, _ value: borrowing Span<UInt8>) {
        // INVARIANT: the caller lends the bytes for as long as it uses the list.
        unsafe value.withUnsafeBufferPointer { append(name, unsafe LentText($0)) }
    }

    /// Appends a text that lives for ever.
    mutating func append(_ name: StaticString, _ value: StaticString) { append(name, LentText(value)) }

    /// Where the fields are; for as long as the memory is lent.
    var start: UnsafeMutablePointer<envoy_field>? { unsafe memory.baseAddress }
}

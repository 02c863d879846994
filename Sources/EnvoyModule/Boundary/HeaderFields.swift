internal import CEnvoyABI
internal import RequestMapping

/// Room for the headers of one request, used again by the next.
///
/// - INVARIANT: the memory has ``countMax`` initialised fields for as long as the object lives.
@safe final class HeaderFields {
    /// More than a request may have: beside the headers of the message, Envoy lists method, path and the like.
    static let countMax = HTTPRequestBuffer.headerCountMax + 16

    /// Where Envoy writes.
    let start: UnsafeMutablePointer<envoy_field>

    init() {
        // INVARIANT: as of the type.
        unsafe start = .allocate(capacity: Self.countMax)
        unsafe start.initialize(
            repeating: envoy_field(name: nil, name_count: 0, value: nil, value_count: 0),
            count: Self.countMax
        )
    }

    deinit { unsafe start.deallocate() }

    /// A header as it was written last.
    func header(at index: Int) -> LentHeader? {
        guard index >= 0, index < Self.countMax else { return nil }
        // INVARIANT: as of the type.
        return unsafe LentHeader(start[index])
    }
}

/// A set of ASCII characters, one bit each.
struct ByteSet: Sendable {
    let low: UInt64
    let high: UInt64

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let bits = byte < 64 ? low : byte < 128 ? high : 0
        return bits >> UInt64(byte & 63) & 1 == 1
    }

    /// What RFC 3986 lets stand in a segment as it is, without `;`, which begins parameters to some.
    static let pathSegment = ByteSet(low: 0x27FF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF)
    /// What may stand in a query as it is: printable, without `"#<>\^` and the backquote.
    static let query = ByteSet(low: 0xAFFF_FFF2_0000_0000, high: 0x7FFF_FFFE_AFFF_FFFF)
    /// What RFC 9110 lets stand in methods and names of headers.
    static let token = ByteSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    /// What names of hosts, addresses and ports are made of.
    static let host = ByteSet(low: 0x07FF_6000_0000_0000, high: 0x07FF_FFFE_AFFF_FFFE)
    /// What IAM lets stand in names of users, roles and sessions.
    static let iamName = ByteSet(low: 0x23FF_7800_0000_0000, high: 0x07FF_FFFE_87FF_FFFF)
    /// What nobody needs to encode in a path, or what an encoding would hide: RFC 3986's unreserved characters,
    /// control characters, and `/\%?#;`.
    static let neverEncodedInPath = ByteSet(low: 0x8BFF_E028_FFFF_FFFF, high: 0xC7FF_FFFE_97FF_FFFE)
    /// The same for a query, in which `/`, `?`, `#`, `;` and the backslash mean nothing once they are encoded.
    static let neverEncodedInQuery = ByteSet(low: 0x03FF_6020_FFFF_FFFF, high: 0xC7FF_FFFE_87FF_FFFE)
}

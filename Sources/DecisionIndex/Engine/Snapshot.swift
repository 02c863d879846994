/// One immutable state of all policies, with the revision under which it was published (I4).
public final class Snapshot: Sendable {
    let image: VerifiedImage
    /// The image for reading; it lives as long as this object.
    let view: ImageView
    /// Counted from 1 by the engine that published it.
    public let revision: UInt64

    init(_ image: VerifiedImage, revision: UInt64) {
        self.image = image
        view = image.view
        self.revision = revision
    }

    /// The size of the image in bytes.
    public var byteCount: Int { image.byteCount }
}

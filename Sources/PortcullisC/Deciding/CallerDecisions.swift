import CPortcullis
import Portcullis

/// Memory of the caller's for decisions.
///
/// - INVARIANT: the caller of the C function gave `count` structs of the size that the first one says, as the header
///   demands, and keeps them for as long as the call; indices are below the count.
@safe struct CallerDecisions {
    private let start: UnsafeMutablePointer<portcullis_decision>

    /// - Throws: ``Failure`` for NULL, and for structs of a size that is not known.
    @inline(__always)
    init(_ start: UnsafeMutablePointer<portcullis_decision>?) throws(Failure) {
        guard let start = unsafe start else { throw .isNull("decision") }
        guard unsafe start.pointee.size == MemoryLayout<portcullis_decision>.size else {
            throw Failure(.wrongSize, "`decision` has a size of \(unsafe start.pointee.size) bytes")
        }
        unsafe self.start = unsafe start
    }

    @inline(__always)
    func set(_ index: Int, _ decision: portcullis_decision) { unsafe start[index] = decision }

    var first: portcullis_decision { unsafe start.pointee }
}

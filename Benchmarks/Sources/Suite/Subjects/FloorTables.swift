import Floor
import Portcullis
import Workloads

/// The floor's tables for a workload; see `floor.h` for what they hold and what a run touches.
@safe final class FloorTables: @unchecked Sendable {
    // INVARIANT: the tables are made in init and freed in deinit, nobody else has them, and in between they are only
    // read.
    private let tables: OpaquePointer

    /// Tables as large as an image of `byteCount` bytes.
    ///
    /// Nil without memory.
    init?(_ workload: Workload, byteCount: Int) {
        let principalBytes = Self.principalBytes
        guard
            let tables = unsafe floor_make(
                workload.world.principals.count,
                principalBytes,
                workload.world.policies.count,
                byteCount
            )
        else { return nil }
        unsafe self.tables = tables
        for principal in workload.world.principals {
            let name = Array(principal.arn.utf8)
            unsafe name.withUnsafeBytes { unsafe floor_add_principal(tables, $0.baseAddress, $0.count) }
        }
        for question in workload.asked {
            let action = question.request.action.asciiLowercased.bytes
            let resource = question.request.resource.bytes
            let isAdded = unsafe question.principal.bytes.withUnsafeBytes { principal in
                unsafe action.withUnsafeBytes { action in
                    unsafe resource.withUnsafeBytes { resource in
                        unsafe floor_add_request(
                            tables,
                            principal.baseAddress,
                            principal.count,
                            action.baseAddress,
                            action.count,
                            resource.baseAddress,
                            resource.count
                        )
                    }
                }
            }
            if isAdded == 0 { return nil }
        }
    }

    deinit { unsafe floor_free(tables) }

    /// A principal's record in the image with eight attachments and its texts.
    private static let principalBytes = 384

    func run(_ part: Range<Int>) -> UInt64 { unsafe floor_run(tables, part.lowerBound, part.upperBound) }

    func runBatched(_ part: Range<Int>) -> UInt64 {
        unsafe floor_run_batched(tables, part.lowerBound, part.upperBound)
    }
}

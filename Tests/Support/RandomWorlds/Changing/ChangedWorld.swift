package import DecisionIndex
package import IdentityDirectory
import SnapshotCompiler
import Vocabulary

/// A ``RandomWorld``'s directory with its image: as it was made, or changed in place.
package struct ChangedWorld: Sendable {
    package let directory: Directory
    package let image: VerifiedImage

    /// Asks the world for changes, and applies those that can be.
    package init(_ world: inout RandomWorld, changes count: Int) throws {
        let compiler = SnapshotCompiler(options: world.options, seed: world.seed)
        guard count > 0 else {
            (directory, image) = (world.directory, try compiler.compile(world.directory))
            return
        }
        var compiled = try CompiledDirectory(world.directory, compiler)
        for _ in 0..<count {
            let change = try world.nextChange()
            // Some changes contradict the directory; it then stays as it was.
            do throws(ChangeFailure) { try compiled.apply([change]) } catch { continue }
        }
        (directory, image) = (compiled.directory, compiled.image)
    }
}

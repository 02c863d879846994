package import DecisionIndex
package import IdentityDirectory
import Vocabulary

/// A directory with its image, changed in step: a change costs what it touches.
///
/// The image of a change shares memory with the one before it. Now and then, when the room behind the image is
/// used up, everything is compiled anew.
package struct CompiledDirectory: Sendable {
    private let compiler: SnapshotCompiler
    private var editor: DirectoryEditor
    private var lowering: PolicyLowering
    private var extending: ImageExtension
    /// The image of the directory as it is now.
    package private(set) var image: VerifiedImage

    /// Compiles a directory so that it can be changed.
    ///
    /// - Throws: ``CompileError`` for a directory with more of something than a check may read.
    package init(_ directory: Directory, _ compiler: SnapshotCompiler) throws(CompileError) {
        self.compiler = compiler
        editor = DirectoryEditor(directory)
        (lowering, extending, image) = try Self.compile(editor.directory, compiler)
    }

    /// The directory with all changes.
    package var directory: Directory { editor.directory }

    private static func compile(
        _ directory: Directory,
        _ compiler: SnapshotCompiler
    ) throws(CompileError) -> (PolicyLowering, ImageExtension, VerifiedImage) {
        try compiler.withSeed { seed throws(SnapshotBuilder.Failure) in
            var lowering = PolicyLowering(
                options: compiler.options,
                seed: seed,
                policyCostMax: compiler.policyCostMax
            )
            let accounts = try compiler.lower(directory, &lowering)
            try lowering.endDirectory(directory)
            let extending = try ImageExtension(&lowering.builder, accounts: accounts)
            return (lowering, extending, extending.image)
        }
    }

    // MARK: Changing

    /// Applies changes, all or none.
    ///
    /// - Throws: ``ChangeFailure``; directory and image are as they were.
    package mutating func apply(_ changes: [DirectoryChange]) throws(ChangeFailure) {
        let touched: TouchedParts
        do throws(DirectoryChangeError) {
            touched = try editor.apply(changes)
        } catch {
            throw .change(error)
        }
        do throws(CompileError) {
            image = try extend(touched)
        } catch {
            // Half of the change is laid out, so that what was compiled before is compiled again.
            editor.revert()
            let before = try? Self.compile(editor.directory, compiler)
            if let before { (lowering, extending, image) = before }
            throw .compile(error)
        }
    }

    private mutating func extend(_ touched: TouchedParts) throws(CompileError) -> VerifiedImage {
        do throws(SnapshotBuilder.Failure) {
            try put(touched)
        } catch {
            guard error == .tooLarge else { throw CompileError(error) }
        }
        if let image = extending.extendedImage(&lowering.builder) { return image }
        let image: VerifiedImage
        (lowering, extending, image) = try Self.compile(editor.directory, compiler)
        return image
    }

    private mutating func put(_ touched: TouchedParts) throws(SnapshotBuilder.Failure) {
        let directory = editor.directory
        lowering.beginChange()
        var replaced: [(old: SnapshotBuilder.PolicyHandle, new: SnapshotBuilder.PolicyHandle)] = []
        for arn in touched.managedPolicies.sorted() {
            let pair = try lowering.replaceManaged(arn, by: directory.managedPolicies[arn])
            if let pair { replaced.append(pair) }
        }
        if touched.hasOrganization {
            for id in directory.organization?.levels.keys.sorted() ?? [] {
                let membership = try compiler.membership(of: id, directory, &lowering)
                try extending.put(id, membership, &lowering.builder)
            }
        }
        for (arn, name) in touched.goneIdentities where name.isPrincipal {
            try extending.remove(.gone(arn, name), &lowering.builder)
        }
        let changed = principals(touched.identities)
        for name in changed { try put(name, in: directory) }
        for name in principals(touched.carriers).subtracting(changed) {
            // One new version is put where the old one was; several are rare.
            if replaced.count == 1, let arn = directory[name]?.arn.text,
                try extending.replace(replaced[0].old, by: replaced[0].new, in: arn, &lowering.builder)
            {
                continue
            }
            try put(name, in: directory)
        }
        for arn in touched.resources.sorted() { try put(resource: arn, in: directory) }
        for id in touched.endpoints.sorted() {
            let policy = try directory.endpoints[id].map { policy throws(SnapshotBuilder.Failure) in
                try lowering.add(policy)
            }
            try extending.put(endpoint: id, policy, &lowering.builder)
        }
    }

    private func principals(_ names: Set<IdentityName>) -> Set<IdentityName> {
        Set(names.lazy.flatMap { editor.principals(touching: $0) })
    }

    private mutating func put(
        _ name: IdentityName,
        in directory: Directory
    ) throws(SnapshotBuilder.Failure) {
        // One that is no longer there has been taken away under its ARN.
        guard let identity = directory[name], let account = directory.accounts[name.account] else { return }
        let kind: SnapshotBuilder.ResourcePlan.Kind = name.isUser ? .user : .role
        let plan = try compiler.plan(identity, kind, in: account, &lowering)
        let target = try compiler.target(identity, kind, name.account, &lowering)
        try extending.put(plan, target: target, &lowering.builder)
    }

    private mutating func put(
        resource arn: UTF8Text,
        in directory: Directory
    ) throws(SnapshotBuilder.Failure) {
        if let resource = directory.resources[arn] {
            try extending.put(try compiler.plan(resource, &lowering), &lowering.builder)
        } else {
            try extending.remove(resource: arn, &lowering.builder)
        }
    }
}

/// Why changes were not applied.
package enum ChangeFailure: Error {
    /// One of the changes is at fault.
    case change(DirectoryChangeError)
    /// The directory that they make has more of something than a check may read.
    case compile(CompileError)
}

extension PrincipalPlanEntry {
    /// An identity of which only the name matters, since it is taken away.
    fileprivate static func gone(_ arn: ARN, _ name: IdentityName) -> PrincipalPlanEntry {
        PrincipalPlanEntry(
            kind: name.isUser ? .user : .role,
            arn: arn,
            uniqueID: nil,
            account: name.account,
            identity: [],
            boundary: nil,
            tags: [:]
        )
    }
}

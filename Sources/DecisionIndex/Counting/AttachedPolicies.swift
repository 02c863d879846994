/// The policies of an image that bear on something.
///
/// An image that was changed in place also holds those that have been replaced or taken away.
struct AttachedPolicies {
    private var positions: Set<UInt32> = []

    /// - Complexity: O(users, roles, resources, endpoints and accounts, with what is attached to them).
    init(_ image: VerifiedImage) {
        withExtendedLifetime(image) { take(everythingIn: image.view) }
    }

    /// Whether a chunk belongs to one of them.
    func contains(_ chunk: PolicyRecord) -> Bool { positions.contains(chunk.policyIndex) }

    private mutating func take(everythingIn view: ImageView) {
        let (header, changes) = (view.header, view.changes)
        view.forEachInForce(header.principals, header.principalSlots, changes.principals) { view, offset in
            view[PrincipalRecord.self, at: offset].name
        } body: { offset in
            take(view[PrincipalRecord.self, at: offset].identity, view)
            take(view[PrincipalRecord.self, at: offset].boundary, view)
        }
        view.forEachInForce(header.resources, header.resourceSlots, changes.resources) { view, offset in
            view[ResourceRecord.self, at: offset].name
        } body: { offset in
            take(view[ResourceRecord.self, at: offset].policy, view)
        }
        view.forEachInForce(header.endpoints, header.endpointSlots, changes.endpoints) { view, offset in
            view[EndpointRecord.self, at: offset].id
        } body: { offset in
            take(view[EndpointRecord.self, at: offset].policies, view)
        }
        view.forEachInForce(header.accounts, header.accountSlots, changes.accounts) { view, offset in
            view[AccountRecord.self, at: offset].id
        } body: { offset in
            take(levels: view[AccountRecord.self, at: offset].serviceControl, view)
            take(levels: view[AccountRecord.self, at: offset].resourceControl, view)
        }
    }

    private mutating func take(levels: ListRef, _ view: ImageView) {
        for index in levels.indices { take(view[LevelRecord.self, levels, index].policies, view) }
    }

    private mutating func take(_ entries: ListRef, _ view: ImageView) {
        for index in entries.indices {
            let policy = view[PolicyEntry.self, entries, index].policy
            positions.insert(view[PolicyRecord.self, at: policy].policyIndex)
        }
    }
}

extension ImageView {
    /// Calls `body` with every record of a kind that is in force: those of the build that no change speaks of, and
    /// those of changes.
    ///
    /// - Parameter name: where the name of the record at an offset stands.
    fileprivate func forEachInForce(
        _ built: ListRef,
        _ slots: ListRef,
        _ changes: ListRef,
        _ name: (ImageView, UInt32) -> StringRef,
        body: (UInt32) -> Void
    ) {
        for index in built.indices {
            let offset = load(UInt32.self, built, index)
            let isInForce =
                changes.isEmpty || find(bytes(name(self, offset)), slots, changes, name) == offset
            if isInForce { body(offset) }
        }
        for index in changes.indices {
            let offset = self[change: Slot.self, changes, index].offset
            if offset != 0, offset & ImageChanges.removed == 0 { body(offset) }
        }
    }
}

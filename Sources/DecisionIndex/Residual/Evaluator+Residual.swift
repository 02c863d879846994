package import Vocabulary

extension Evaluator {
    /// What is left of a request when its resource is open.
    static func residual(
        of request: borrowing CompactRequest,
        _ scope: ResourceScope,
        _ unknownKeys: UnknownKeys,
        _ image: ImageView,
        _ scratch: ScratchView
    ) throws(ResidualError) -> ResourceResidual {
        if unknownKeys.contains("aws:sourcevpce"), image.hasEndpoints { throw .unknownEndpoint }
        var check = Check(image, request.view, scratch)
        if request.view.head.hasSessionPolicies { check.takeSessionPolicies(request.sessionView) }
        guard check.resolveCaller() else { throw .unknownPrincipal }
        if !check.caller.isServiceLinked { check.resolveServiceControl() }
        check.resolveEndpoint()
        // Nobody is trusted by a resource without a policy (F8, G3).
        check.target.requiresTrust = request.view.head.assumesRole
        var builder = ResidualBuilder(check, unknownKeys: unknownKeys)
        let found: (denied: ResourceExpression, allowed: ResourceExpression)
        switch scope {
        case .registered(let resource):
            guard builder.check.resolveRegistered(resource) else { throw .notRegistered(resource) }
            found = builder.expressions()
        case .unregistered(owner: let owner?): found = builder.expressions(owner: owner)
        case .unregistered(owner: nil): found = builder.expressionsForCallersAccount()
        }
        return ResourceResidual(
            scope,
            denied: found.denied,
            allowed: found.allowed,
            exceptions: builder.check.registered(in: scope),
            exceptedNames: builder.exceptedNames(in: scope),
            account: builder.check.caller.account.text
        )
    }

    /// What is left of a request when its resource is open, with working memory of its own.
    package static func residual(
        of request: CompactRequest,
        _ scope: ResourceScope,
        unknownKeys: [UTF8Text] = [],
        in image: VerifiedImage
    ) throws(ResidualError) -> ResourceResidual {
        let scratch = Scratch()
        defer { withExtendedLifetime((scratch, image, request)) {} }
        return try residual(of: request, scope, UnknownKeys(unknownKeys), image.view, scratch.view)
    }
}

extension Check {
    /// Takes a registered resource for the target; false when there is none of this name.
    fileprivate mutating func resolveRegistered(_ name: UTF8Text) -> Bool {
        guard let found = name.withView({ view in registeredOffset(view) }) else { return false }
        let record = image.load(ResourceRecord.self, at: found)
        target.tags = record.tags
        target.accountOffset = currentAccount(record.account)
        target.account = image.bytes(image[AccountRecord.self, at: target.accountOffset].id)
        if record.flags & ResourceRecord.requiresTrust != 0 { target.requiresTrust = true }
        if record.flags & ResourceRecord.hasPolicy != 0 { layers.apply(.resource, record.policy) }
        if !caller.isServiceLinked { resolveResourceControl() }
        return true
    }

    /// The record now in force of a registered resource; nil for users and roles.
    private mutating func registeredOffset(_ name: ByteView) -> UInt32? {
        let found = image.find(name, image.header.resourceSlots, image.changes.resources) { image, offset in
            image[ResourceRecord.self, at: offset].name
        }
        guard let found, image[ResourceRecord.self, at: found].flags & ResourceRecord.isIdentity == 0 else {
            return nil
        }
        return found
    }

    /// The registered resources that the scope must leave out.
    fileprivate mutating func registered(in scope: ResourceScope) -> Set<UTF8Text> {
        var names: Set<UTF8Text> = []
        if image.header.resourceLengths.isEmpty { return names }
        for offset in image.resourceOffsets
        where image[ResourceRecord.self, at: offset].flags & ResourceRecord.isIdentity == 0 {
            let view = image.bytes(image[ResourceRecord.self, at: offset].name)
            guard registeredOffset(view) != nil else { continue }
            let name = view.text
            if case .registered(let root) = scope, name == root || !name.isAtOrBelow(root) { continue }
            names.insert(name)
        }
        return names
    }
}

extension ImageView {
    /// Whether there is a VPC endpoint with a policy, or was before the image was changed.
    fileprivate var hasEndpoints: Bool { !header.endpoints.isEmpty || !changes.endpoints.isEmpty }

    /// The records of all targets, of those too that a change has put others in the place of.
    fileprivate var resourceOffsets: [UInt32] {
        header.resources.indices.map { load(UInt32.self, header.resources, $0) }
            + changes.resources.indices.map { self[change: Slot.self, changes.resources, $0].offset }
            .filter { $0 != 0 && $0 & ImageChanges.removed == 0 }
    }
}

extension ResidualBuilder {
    /// Under an owner that the request states.
    fileprivate mutating func expressions(owner: AccountID) -> (
        denied: ResourceExpression, allowed: ResourceExpression
    ) {
        do throws(RequestError) { try AuthorizationRequest.validate(owner: owner) } catch {
            return (.never, .never)
        }
        return owner.text.withView { view in
            check.target.account = view
            check.target.accountOffset = check.accountOffset(view) ?? 0
            if !check.caller.isServiceLinked { check.resolveResourceControl() }
            return expressions()
        }
    }

    /// Where the ARN names the caller's account, its owner is a fact; where it names none, it is assumed and
    /// no fact.
    fileprivate mutating func expressionsForCallersAccount() -> (
        denied: ResourceExpression, allowed: ResourceExpression
    ) {
        check.target.account = check.caller.account
        check.target.accountOffset = check.caller.accountOffset
        if !check.caller.isServiceLinked { check.resolveResourceControl() }
        let stated = expressions()
        check.target.isAccountAssumed = true
        let assumed = expressions()
        func either(_ stated: ResourceExpression, _ assumed: ResourceExpression) -> ResourceExpression {
            if stated == assumed { return stated }
            let isStated = Self.isOwnerStated(check.caller.account.text)
            return .any(of: [.all(of: [isStated, stated]), .all(of: [.not(isStated), assumed])])
        }
        return (either(stated.denied, assumed.denied), either(stated.allowed, assumed.allowed))
    }

    /// The owner of `*` counts as known, as that of an ARN does that names its account.
    private static func isOwnerStated(_ account: UTF8Text) -> ResourceExpression {
        let names = arn(service: nil, account: account, resource: "")
        return .any(of: [.name(.exact("*"))] + (AccountID.isWellFormed(account) ? [.name(names)] : []))
    }

    /// Users and roles, where they have tags or trust policies of their own or no registered resource above them.
    fileprivate func exceptedNames(in scope: ResourceScope) -> [TextPattern] {
        let users = Self.arn(service: "iam", account: nil, resource: "user/")
        let roles = Self.arn(service: "iam", account: nil, resource: "role/")
        if case .registered(let root) = scope {
            guard let root = ARN(root), root.service != "iam" else { return [users, roles] }
            return []
        }
        if readsResourceTags { return [users, roles] }
        return check.action.begins(with: "sts:") ? [roles] : []
    }

    private static func arn(service: UTF8Text?, account: UTF8Text?, resource: UTF8Text) -> TextPattern {
        let colon = [TextPattern.Symbol.byte(UInt8(ascii: ":"))]
        func part(_ text: UTF8Text?) -> [TextPattern.Symbol] {
            colon + (text.map { text in text.bytes.map { .byte($0) } } ?? [.anyRunInPart])
        }
        return TextPattern(
            "arn".utf8.map { .byte($0) } + part(nil) + part(service) + part(nil) + part(account)
                + part(resource) + [.anyRun]
        )
    }
}

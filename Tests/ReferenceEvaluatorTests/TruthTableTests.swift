import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

/// One row of the truth table of part F.
struct TruthTableRow: Sendable, CustomTestStringConvertible {
    enum Caller: String { case user, roleSession, federated }
    /// What a layer says: allows, nothing, or is not there.
    enum State: String { case allows, silent, absent }
    enum Named: String { case own, entity, everyone, account, nobody }

    let caller: Caller
    let named: Named
    let identity: State
    let boundary: State
    let session: State
    let result: Outcome

    init(
        _ caller: Caller,
        _ named: Named,
        _ identity: State,
        _ boundary: State,
        _ session: State,
        _ result: Outcome
    ) {
        self.caller = caller
        self.named = named
        self.identity = identity
        self.boundary = boundary
        self.session = session
        self.result = result
    }

    var testDescription: String {
        "\(caller) whom the resource policy names by \(named); identity \(identity), boundary \(boundary), "
            + "session \(session): \(result)"
    }

    var scene: Scene {
        var scene = Scene(principal: principal)
        scene.identity = statements(identity) ?? []
        scene.boundary = statements(boundary)
        scene.session = statements(session)
        scene.resourcePolicy = resourcePolicy
        return scene
    }

    private var principal: RequestPrincipal {
        switch caller {
        case .user: alice
        case .roleSession: ReferenceEvaluatorTests.session
        case .federated: guest
        }
    }

    private func statements(_ state: State) -> [String]? {
        switch state {
        case .allows: [allow()]
        case .silent: []
        case .absent: nil
        }
    }

    private var resourcePolicy: [String]? {
        switch (named, caller) {
        case (.nobody, _): nil
        case (.account, _): [grant(to: home)]
        case (.everyone, _): [allow(to: everyone)]
        case (.own, .user), (.entity, .federated): [grant(to: aliceName)]
        case (.own, .roleSession): [grant(to: sessionName)]
        case (.own, .federated): [grant(to: guestName)]
        case (.entity, _): [grant(to: roleName)]
        }
    }
}

@Suite("F: the truth table of one account")
struct TruthTableTests {
    static let rows = [
        TruthTableRow(.user, .own, .silent, .silent, .absent, .allow),
        TruthTableRow(.user, .nobody, .allows, .silent, .absent, .implicitDeny),
        TruthTableRow(.user, .account, .silent, .absent, .absent, .implicitDeny),
        TruthTableRow(.roleSession, .entity, .silent, .absent, .absent, .allow),
        TruthTableRow(.roleSession, .entity, .silent, .silent, .absent, .implicitDeny),
        TruthTableRow(.roleSession, .entity, .silent, .silent, .allows, .implicitDeny),
        TruthTableRow(.roleSession, .entity, .silent, .silent, .silent, .implicitDeny),
        TruthTableRow(.roleSession, .entity, .silent, .allows, .silent, .implicitDeny),
        TruthTableRow(.roleSession, .own, .silent, .silent, .silent, .allow),
        TruthTableRow(.roleSession, .everyone, .silent, .silent, .silent, .allow),
        TruthTableRow(.roleSession, .nobody, .allows, .allows, .absent, .allow),
        TruthTableRow(.roleSession, .nobody, .allows, .allows, .silent, .implicitDeny),
        TruthTableRow(.federated, .entity, .silent, .absent, .silent, .implicitDeny),
        TruthTableRow(.federated, .own, .silent, .silent, .silent, .allow),
        TruthTableRow(.federated, .nobody, .allows, .absent, .absent, .implicitDeny),
    ]

    @Test("F4–F6: each row of the truth table", arguments: rows)
    func row(_ row: TruthTableRow) throws {
        let decision = try row.scene.decide()
        #expect(decision.outcome == row.result)
    }

    @Test("F4: the row of everyone also holds when only a condition on aws:PrincipalArn names the caller")
    func everyoneWithPrincipalARN() throws {
        let condition = #"{"ArnEquals": {"aws:PrincipalArn": "\#(roleName)"}}"#
        var scene = Scene(principal: session, boundary: [], session: [])
        scene.resourcePolicy = [allow(to: everyone, when: condition)]
        scene.context["aws:PrincipalArn"] = .single(roleName)
        #expect(try scene.answer() == "allow by resource")
        scene.context["aws:PrincipalArn"] = .single("arn:aws:iam::111122223333:role/other")
        #expect(try scene.answer() == "implicitDeny by identity")
    }
}

/// How the resources of statements are written.
public enum PatternShape: String, CaseIterable, Sendable {
    /// Names without wildcards.
    case exact
    /// A wildcard at the end.
    case prefix
    /// A wildcard in the middle and one at the end.
    case inner
    /// A wildcard before the application's name and one at the end.
    case leading
    /// A variable, and a wildcard at the end.
    case variable
    /// Every action but some, on a prefix.
    case notAction
    /// Every resource but a prefix.
    case notResource

    /// A statement of this shape about an application.
    func statement(_ application: Int, _ random: inout RandomSource) -> StatementDraft {
        let service = Service.any(&random)
        var draft = StatementDraft(
            actions: random.sample(1 + random.below(3), of: service.actions).map { "\(service.name):\($0)" },
            resources: [resource(service, application, &random)]
        )
        draft.isDeny = random.unit() < 0.10
        draft.isNotAction = self == .notAction
        draft.isNotResource = self == .notResource
        return draft
    }

    private func resource(_ service: Service, _ application: Int, _ random: inout RandomSource) -> String {
        switch self {
        case .exact: service.resource(application, &random)
        case .prefix, .notAction, .notResource: service.partPattern(application, &random)
        case .inner: service.innerPattern(application)
        case .leading:
            service.name == "s3"
                ? "arn:aws:s3:::*-\(application)/*" : "arn:aws:\(service.name):*:*:*app-\(application)*"
        case .variable: service.stem(application) + "${aws:PrincipalTag/team}/*"
        }
    }
}

import Vocabulary

/// The rules that depend on what a policy is used as (B6–B8, B13) and the remarks worth making (B14).
struct TypeRules {
    let type: PolicyType
    let quotas: PolicyQuotas?
    let findsRedundancy: Bool
    var sink: DiagnosticSink

    mutating func check(_ document: PolicyDocument) {
        checkDocument(document)
        checkSids(document)
        remarkOnRedundantStatements(document)
        for statement in document.statements {
            checkPrincipal(statement)
            checkResource(statement)
            checkActions(statement)
            checkEffect(statement)
            remark(on: statement)
        }
    }

    mutating func report(
        _ code: DiagnosticCode,
        _ message: @autoclosure () -> String,
        at statement: Statement,
        _ element: String = "",
        _ tolerance: Tolerance = .permissive
    ) {
        sink.report(
            code,
            message(),
            path: { statement.path + (element.isEmpty ? "" : "." + element) },
            offset: statement.elementOffsets[element] ?? statement.offset,
            tolerance
        )
    }

    // MARK: The document

    private mutating func checkDocument(_ document: PolicyDocument) {
        let isIdentity = type == .identity || type == .boundary || type == .session
        if isIdentity, document.id != nil {
            reportDocument(.policyType, "a policy of this type has no `Id`", "Id", document, .lenient)
        }
        if document.json.document.hasWideText, document.json.sourceBytes.contains(where: { $0 >= 0xC4 }) {
            let message = "AWS stores policies of characters up to U+00FF only"
            reportDocument(.characterSet, message, "", document, .always)
        }
        if type == .resourceControl, !document.hasVersion || document.version != .v2012 {
            reportDocument(
                .schemaVersion,
                "a resource control policy needs `\"Version\": \"2012-10-17\"`",
                document.hasVersion ? "Version" : "",
                document
            )
        }
        if let quota = quotas?.charactersMax[type] {
            let countsSpace = type == .serviceControl || type == .resourceControl
            let characters = document.characterCount(countingWhiteSpace: countsSpace)
            if characters > quota {
                reportDocument(
                    .quota,
                    "the policy has \(characters) characters; AWS allows \(quota)",
                    "",
                    document,
                    .lenient
                )
            }
        }
    }

    private mutating func reportDocument(
        _ code: DiagnosticCode,
        _ message: String,
        _ path: String,
        _ document: PolicyDocument,
        _ tolerance: Tolerance = .permissive
    ) {
        let offset = path.isEmpty ? nil : document.json[UTF8Text(path)]?.offset
        sink.report(code, message, path: { path }, offset: offset ?? document.offset, tolerance)
    }

    /// Sids are letters and digits, each once; services with resource policies allow more (B8).
    private mutating func checkSids(_ document: PolicyDocument) {
        let isResourceBased = type == .resource || type == .endpoint
        var seen: Set<UTF8Text> = []
        for statement in document.statements {
            guard let sid = statement.sid else { continue }
            if !isResourceBased, !sid.bytes.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit }) {
                report(
                    .schemaSid,
                    "`Sid` may hold only letters and digits, not `\(sid)`",
                    at: statement,
                    "Sid"
                )
            }
            if !sid.isEmpty, !seen.insert(sid).inserted {
                report(
                    .schemaSid,
                    "`Sid` `\(sid)` stands twice",
                    at: statement,
                    "Sid",
                    isResourceBased ? .always : .permissive
                )
            }
        }
    }

    // MARK: One statement

    private mutating func checkPrincipal(_ statement: Statement) {
        switch type {
        case .identity, .boundary, .session, .serviceControl:
            if let principal = statement.principal {
                let element = principal.isNotPrincipal ? "NotPrincipal" : "Principal"
                report(.schemaPrincipal, "a policy of this type has no `\(element)`", at: statement, element)
            }
        case .resource, .endpoint:
            requirePrincipal(statement)
        case .trust:
            requirePrincipal(statement)
            if let principal = statement.principal, principal.isNotPrincipal {
                report(.policyType, "a trust policy has no `NotPrincipal`", at: statement, "NotPrincipal")
            }
        case .resourceControl:
            requirePrincipal(statement)
            if let principal = statement.principal, principal != .principal([.everyone]) {
                report(
                    .policyType,
                    "the only `Principal` of a resource control policy is `*`",
                    at: statement,
                    "Principal"
                )
            }
        }
    }

    private mutating func requirePrincipal(_ statement: Statement) {
        if statement.principal == nil {
            report(.schemaMissing, "a statement of this type needs `Principal`", at: statement)
        }
    }

    private mutating func checkResource(_ statement: Statement) {
        switch type {
        case .identity, .boundary, .session, .serviceControl, .resourceControl, .endpoint:
            if statement.resource == nil {
                report(
                    .schemaMissing,
                    "a statement of this type needs `Resource` or `NotResource`",
                    at: statement
                )
            }
        case .trust:
            if let resource = statement.resource {
                let element = if case .notResource = resource { "NotResource" } else { "Resource" }
                report(.policyType, "a trust policy has no `\(element)`", at: statement, element)
            }
        case .resource:
            break
        }
    }

    private mutating func checkActions(_ statement: Statement) {
        switch (type, statement.action) {
        case (.trust, .action(let patterns)), (.trust, .notAction(let patterns)):
            let element = if case .notAction = statement.action { "NotAction" } else { "Action" }
            for pattern in patterns where !pattern.text.asciiLowercased.begins(with: "sts:") {
                report(
                    .policyType,
                    "a trust policy has only `sts` actions, not `\(pattern.text)`",
                    at: statement,
                    element,
                    .lenient
                )
            }
        case (.resourceControl, .notAction):
            report(.policyType, "a resource control policy has no `NotAction`", at: statement, "NotAction")
        case (.resourceControl, .action(let patterns)):
            if patterns.contains(where: { $0.text.equals("*") }) {
                report(
                    .policyType,
                    "an action of a resource control policy names its service",
                    at: statement,
                    "Action"
                )
            }
        default:
            break
        }
    }

    private mutating func checkEffect(_ statement: Statement) {
        if type == .resourceControl, statement.effect == .allow {
            report(.policyType, "a resource control policy only denies", at: statement, "Effect")
        }
    }
}

extension PrincipalElement {
    var isNotPrincipal: Bool {
        if case .notPrincipal = self { true } else { false }
    }
}

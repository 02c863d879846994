internal import CEnvoyABI
internal import GatewayRuntime
internal import Portcullis
internal import RequestMapping

/// What decided, for access logs, other filters and, where they should know, the server behind and the client.
enum DecisionMetadata {
    private static let space: StaticString = "portcullis"

    /// Writes an answer into the request's metadata.
    static func set(_ answer: GateAnswer, _ worker: GatewayWorker, _ stream: EnvoyStream) {
        FieldList.with(room: 6) { entries in
            entries.append("decision", decision(answer))
            entries.append("reason", answer.name)
            entries.append("dry_run", answer.isDryRun ? "true" : "false")
            TextBuilder.with(room: 40) { numbers in
                if let decision = answer.decision {
                    entries.append("revision", numbers.number(decision.revision))
                }
                if let route = answer.route {
                    entries.append("route", numbers.number(UInt64(clamping: route)))
                }
                worker.withStatementName(answer) { statement in
                    entries.append("statement", statement)
                    stream.setMetadata(space, entries)
                }
            }
        }
    }

    private static func decision(_ answer: GateAnswer) -> StaticString { answer.isAllowed ? "allow" : "deny" }

    /// Tells the server behind the gateway.
    static func setRequestHeaders(_ answer: GateAnswer, _ stream: EnvoyStream) {
        stream.set("x-portcullis-decision", LentText(decision(answer)), of: ENVOY_REQUEST_HEADERS)
        guard let decision = answer.decision else { return }
        TextBuilder.with(room: 20) { numbers in
            stream.set("x-portcullis-revision", numbers.number(decision.revision), of: ENVOY_REQUEST_HEADERS)
        }
    }

    /// Tells the client what the metadata says.
    static func copyToResponse(_ stream: EnvoyStream) {
        guard let decision = stream.metadata(space, "decision") else { return }
        stream.set("x-portcullis-decision", decision, of: ENVOY_RESPONSE_HEADERS)
        guard let revision = stream.metadata(space, "revision") else { return }
        stream.set("x-portcullis-revision", revision, of: ENVOY_RESPONSE_HEADERS)
    }
}

import Foundation
import GatewayRuntime
import PolicyLanguage
import SnapshotDelivery

/// What administrators are told, as JSON.
enum AdminReport {
    /// How server and policies stand.
    static func status(_ parts: ServedParts, _ server: ServerState) -> ServerResponse {
        let status = parts.follower.status
        let counts = server.connectionCounts
        let rejections = status.rejections.map { JSONWriter.Value.string($0.description) }
        return json(
            200,
            [
                ("source", .string(status.source)), ("state", .string(status.state.description)),
                ("storeRevision", status.storeRevision.map { .string($0.description) }),
                ("engineRevision", .string(String(status.engineRevision))),
                ("lastContact", status.lastContact.map { .integer(Int64($0.timeIntervalSince1970)) }),
                ("lastActivation", status.lastActivation.map { .integer(Int64($0.timeIntervalSince1970)) }),
                ("expires", status.expires.map { .integer(Int64($0.timeIntervalSince1970)) }),
                ("sourceFailure", status.sourceFailure.map { .string($0) }),
                ("keepingFailure", status.keepingFailure.map { .string($0) }),
                ("rejections", .array(rejections)),
                ("mappingRevision", parts.gateway.map { .string(String($0.mappingRevision)) }),
                ("mappingFailure", parts.gateway?.mappingFailure.map { .string($0) }),
                ("isDryRun", .bool(parts.gateway?.configuration.isDryRun ?? false)),
                ("isDraining", .bool(server.isDraining)),
                ("connections", .integer(Int64(counts.check))),
                ("reloadFailures", .array(server.lastReloadFailures.map { .string($0) })),
            ]
        )
    }

    /// Reads tokens, certificates and the mapping again.
    static func reload(_ server: ServerState) -> ServerResponse {
        let failures = server.reload()
        return json(
            failures.isEmpty ? 200 : 500,
            [
                ("reloaded", .bool(failures.isEmpty)),
                ("failures", .array(failures.map { .string($0) })),
            ]
        )
    }

    /// Puts the policies before the last activation in force.
    static func rollback(_ parts: ServedParts, _ server: ServerState) -> ServerResponse {
        let done = parts.follower.rollBack()
        server.configuration.log(done ? "rolled back" : "there is nothing to roll back to")
        return json(
            done ? 200 : 409,
            [
                ("rolledBack", .bool(done)),
                ("storeRevision", parts.follower.status.storeRevision.map { .string($0.description) }),
            ]
        )
    }

    private static func json(_ status: Int, _ members: [(String, JSONWriter.Value?)]) -> ServerResponse {
        let text = JSONWriter.text(.object(members)) + "\n"
        return ServerResponse(status, contentType: "application/json", body: Array(text.utf8))
    }
}

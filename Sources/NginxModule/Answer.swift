import CNginxModule
import Portcullis
import RequestMapping

extension portcullis_nginx_answer {
    /// What nginx does with an answer.
    init(_ answer: GateAnswer) {
        let reporting = GateAnswer(
            answer.reason,
            decision: answer.decision,
            route: answer.route,
            isDryRun: true
        )
        // INVARIANT: the name is a literal of the program and lives as long.
        unsafe self.init(
            reason_name: portcullis_nginx_text(answer.name),
            revision: answer.decision?.revision ?? 0,
            status: UInt16(truncatingIfNeeded: answer.status),
            reason: answer.reason.rawValue,
            is_bad_credential: answer.reason == .badCredential,
            is_allowed: answer.isAllowed,
            is_dry_run: answer.isDryRun,
            passes: answer.passes,
            passes_dry_run: reporting.passes
        )
    }
}

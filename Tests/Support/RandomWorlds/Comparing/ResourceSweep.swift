import DecisionIndex
import SnapshotCompiler
package import Vocabulary

/// One caller and action against every resource of a ``RandomWorld``: in one call, and one by one.
package struct ResourceSweep: Sendable {
    private let image: VerifiedImage
    private let options: EvaluationOptions
    private let resources: [UTF8Text]

    /// Asks by the image of the world's directory, or of what has become of it.
    package init(_ world: RandomWorld, _ changed: ChangedWorld) {
        options = world.options
        image = changed.image
        resources = world.population.targets.map { UTF8Text($0.arn) }
    }

    /// The resources asked about.
    package var resourceCount: Int { resources.count }

    /// What an evaluator says of every resource in one call differs from what it says of each; nil when nothing
    /// does, or when the question cannot be asked at all.
    package func difference(_ question: RandomRequest, _ tally: inout [Outcome: Int]) throws -> String? {
        let credential = try question.session.map { try CallerCredential($0, options: options) }
        func compact(_ resource: UTF8Text) throws(RequestError) -> CompactRequest {
            var request = question.request
            request.resource = resource
            return try CompactRequest(request, credential: credential, at: question.at)
        }
        guard let request = try? compact("arn:aws:s3:::anything") else { return nil }
        // An owner that contradicts an ARN is refused.
        let resources = resources.filter { (try? compact($0)) != nil }
        let batch = try ResourceBatch(resources, owner: question.request.resourceAccount)
        let together = Evaluator.decide(request, batch, in: image)
        for (resource, answer) in zip(resources, together) {
            let alone = Evaluator.decide(try compact(resource), in: image)
            tally[alone.outcome, default: 0] += 1
            if alone != answer { return "\(resource): \(alone) alone, \(answer) among many" }
        }
        return nil
    }
}

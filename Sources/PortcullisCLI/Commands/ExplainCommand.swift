import IdentityDirectory
import PolicyLanguage
import PolicySimulation
import ReferenceEvaluator
import Vocabulary

/// `portcullis explain`: the answer with every layer, statement and condition behind it.
struct ExplainCommand {
    private let console: Console
    private let options: RequestOptions

    init(_ words: [String], _ console: Console) throws(CommandFailure) {
        self.console = console
        let flags = RequestOptions.flags.union(["--all"])
        options = try RequestOptions(
            try Arguments(words, valued: RequestOptions.valued, flags: flags),
            console
        )
        if try options.arguments.value("--requests") != nil { throw .usage("`explain` takes one request") }
    }

    func run() throws(CommandFailure) -> ExitStatus {
        let document = try options.request()
        let directory = try options.directory()
        let now = try options.time()
        let showsAll = options.arguments.has("--all")
        let explanation: Explanation
        do throws(RequestError) {
            explanation = try PolicyExplainer(directory, options: options.options)
                .explain(ExplainedQuestion(document, at: now))
        } catch {
            throw .invalidInput(error.description)
        }
        if options.arguments.has("--json") {
            console.print(JSONWriter.text(explanation.json(includesAllStatements: showsAll), isPretty: true))
        } else {
            let text = ExplanationText(isColored: console.isColored, showsAllStatements: showsAll)
            console.print(text.render(explanation))
        }
        return explanation.decision.outcome.isAllowed ? .success : .denied
    }
}

import Foundation
import RandomWorlds

/// Compares the decision index with the reference evaluator until it is told to stop or they differ.
@main
struct Differential {
    static func main() {
        guard let settings = Settings(Array(CommandLine.arguments.dropFirst())) else {
            say(Settings.usage, to: .standardError)
            exit(2)
        }
        say("seed: \(settings.seed)")
        let run = Run(settings)
        if settings.asksAboutResources {
            let sweeps = ResourceSweeps()
            let isClean = run.perform { try sweeps.perform(run, settings, thread: $0) }
            for line in sweeps.lines { say(line) }
            exit(isClean ? 0 : 1)
        }
        guard settings.isManaged else { exit(run.perform { try run.askRandomWorlds($0) } ? 0 : 1) }
        do {
            let policies = try ManagedPolicies(reading: settings.managedPath)
            say("managed policies: \(policies.count)")
            for name in policies.missing { say("differential: cannot be asked about: \(name)") }
            let agrees = run.perform { try policies.ask(run, settings, thread: $0) }
            for line in policies.summary { say(line) }
            exit(agrees && policies.missing.isEmpty ? 0 : 1)
        } catch {
            say("differential: \("\(error)".prefix(2_000))", to: .standardError)
            exit(2)
        }
    }
}

extension Settings {
    /// The file of managed policies.
    fileprivate var managedPath: String {
        managedFile
            ?? (ProcessInfo.processInfo.environment["PORTCULLIS_SHARED"] ?? ".")
            + "/corpora/managed-policies.jsonl"
    }
}

/// Writes a line at once, so that a run that is killed has said what it knew.
func say(_ line: String, to file: FileHandle = .standardOutput) { file.write(Data((line + "\n").utf8)) }

import Dispatch
import IdentityDirectory
import PolicyLanguage
import SnapshotCompiler
import SnapshotDelivery
import Synchronization
import Vocabulary

/// `portcullis watch`: follows a source, and prints each activation with its diff.
struct WatchCommand {
    private let console: Console
    private let arguments: Arguments
    private let followed: FollowedPolicies
    private let activationsMax: Int?

    init(_ words: [String], _ console: Console) throws(CommandFailure) {
        self.console = console
        arguments = try Arguments(
            words,
            valued: FollowedPolicies.valued.union(["--activations"]),
            flags: FollowedPolicies.flags.union(["--json"])
        )
        followed = try FollowedPolicies(arguments, console)
        activationsMax = try arguments.count("--activations")
    }

    func run() throws(CommandFailure) -> ExitStatus {
        let report = WatchReport(console, isJSON: arguments.has("--json"))
        let end = DispatchSemaphore(value: 0)
        let left = Mutex(activationsMax)
        var settings = try followed.settings()
        settings.observer = { event in
            report.show(event)
            guard case .activated = event else { return }
            left.withLock { left in
                guard let count = left else { return }
                left = count - 1
                if count == 1 { end.signal() }
            }
        }
        let source = try followed.source()
        let follower: SnapshotFollower
        do throws(CompileError) {
            follower = try SnapshotFollower(following: source, settings)
        } catch {
            throw .invalidInput(error.description)
        }
        report.begin(follower.status)
        // What is under way when it ends, such as keeping on disk, is still done.
        let isOver = DispatchSemaphore(value: 0)
        let task = Task {
            await follower.run()
            isOver.signal()
        }
        end.wait()
        task.cancel()
        isOver.wait()
        return .success
    }
}

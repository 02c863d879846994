import Dispatch
import Synchronization

/// Runs tasks on one thread that the library chooses, so that none of them waits for the threads of a pool that the
/// process may keep busy.
final class TaskLoop: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])
    private let arrivals = DispatchSemaphore(value: 0)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        arrivals.signal()
    }

    /// Runs what comes, on the calling thread, until something has been answered.
    func run<Answer: Sendable>(until answer: () -> Answer?) -> Answer {
        while true {
            if let answer = answer() { return answer }
            arrivals.wait()
            let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            // INVARIANT: the job was enqueued once and is run once, and this object lives while it runs.
            unsafe job?.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    /// Does asynchronous work on the calling thread, and waits until it is done.
    static func finish<Answer: Sendable>(_ work: @escaping @Sendable () async -> Answer) -> Answer {
        let loop = TaskLoop()
        let place = AnswerPlace<Answer>()
        Task.detached(executorPreference: loop) {
            let answer = await work()
            place.answer.withLock { $0 = answer }
        }
        return loop.run { place.answer.withLock { $0 } }
    }
}

private final class AnswerPlace<Answer: Sendable>: Sendable {
    let answer = Mutex<Answer?>(nil)
}

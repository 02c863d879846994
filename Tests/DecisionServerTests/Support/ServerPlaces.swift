/// How many servers tests have at the same time, so that a process with all tests has descriptors for them.
actor ServerPlaces {
    static let shared = ServerPlaces()

    private var free = 16
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func giveBack() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

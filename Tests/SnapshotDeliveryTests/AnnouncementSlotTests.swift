import Testing

@testable import SnapshotDelivery

@Suite("What is announced waits until somebody asks")
struct AnnouncementSlotTests {
    private let slot = AnnouncementSlot()

    private func next(within duration: Duration = .seconds(60)) async -> String {
        switch await slot.next(within: duration) {
        case .pointer(let bytes): "\(bytes)"
        case .failure(let words): words
        case nil: "nothing"
        }
    }

    @Test("The newest pointer alone, and rather than a failure")
    func newest() async {
        slot.post(failure: "away")
        slot.post([1])
        slot.post([2])
        slot.post(failure: "away")
        #expect(await next() == "[2]")
        #expect(await next(within: .milliseconds(1)) == "nothing")
        slot.post(failure: "away")
        #expect(await next() == "away")
    }

    @Test("Whoever waits is woken")
    func waking() async {
        async let answer = next()
        try? await Task.sleep(for: .milliseconds(20))
        slot.post([3])
        #expect(await answer == "[3]")
    }

    @Test("A wait ends with its time or its task, and the next one is its own")
    func ending() async {
        for number in 0..<200 {
            let task = Task { await next(within: .microseconds(number)) }
            if number % 3 == 0 { task.cancel() }
            #expect(await task.value == "nothing")
        }
        async let answer = next()
        try? await Task.sleep(for: .milliseconds(5))
        slot.post([4])
        #expect(await answer == "[4]")
    }
}

import Foundation
import Portcullis

/// Watches the key of an announcement, and passes on what is put there.
///
/// It is help and no source: while etcd cannot be reached, the web server is polled as before.
final class AnnouncementWatch {
    private let client: EtcdClient
    private let key: [UInt8]
    private let slot: AnnouncementSlot
    private var retryInterval = RetryInterval()
    private var lastRevision: Int64 = 0
    /// Whether it has been said that nothing can be announced for now.
    private var isAway = false

    private init(_ settings: EtcdSettings, _ slot: AnnouncementSlot) throws(EtcdFailure) {
        client = try EtcdClient(settings)
        key = StoreLayout(prefix: settings.prefix).announcement
        self.slot = slot
    }

    /// Watches on a thread of its own until the slot is closed.
    static func start(_ settings: EtcdSettings, _ slot: AnnouncementSlot) {
        let thread = Thread {
            do throws(EtcdFailure) {
                try AnnouncementWatch(settings, slot).run()
            } catch {
                slot.post(failure: error.message)
            }
        }
        thread.name = "portcullis-pointer"
        thread.start()
    }

    private func run() {
        slot.wakeWhenClosed(client.loop.waker)
        client.isStopped = { [slot] in slot.isClosed }
        while !slot.isClosed {
            do throws(EtcdFailure) {
                try follow()
            } catch {
                guard !slot.isClosed else { return }
                if !isAway { slot.post(failure: error.message) }
                isAway = true
                if error.isStaleToken { client.forgetToken() }
                client.useNextEndpoint()
            }
            pause()
        }
    }

    private func pause() {
        let end = ContinuousClock.now + retryInterval.next(atMost: client.settings.retryIntervalMax)
        while ContinuousClock.now < end, !slot.isClosed { client.loop.turn(atMost: end - .now) }
    }

    /// Reads the key, and then hears of it until the watch ends.
    private func follow() throws(EtcdFailure) {
        let (record, header) = try client.get(key)
        isAway = false
        if let record { pass(record) }
        let stream = try client.watch(key, from: header.revision + 1)
        defer { client.loop.cancel(stream) }
        var answers = WatchStream()
        while !slot.isClosed, stream.outcome == nil {
            client.loop.turn(atMost: .seconds(60))
            for answer in try answers.answers(adding: stream.takeReceived()) {
                retryInterval.reset()
                for record in answer.records { pass(record) }
            }
        }
        if !slot.isClosed { throw .unreachable("\(client.endpoint): the watch has ended") }
    }

    /// Passes a pointer on, once; other keys may begin with the same bytes.
    private func pass(_ record: EtcdRecord) {
        guard record.key == key, record.revision != lastRevision, let value = record.value else { return }
        lastRevision = record.revision
        slot.post(value)
    }
}

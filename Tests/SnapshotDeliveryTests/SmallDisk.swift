import Foundation

/// A disk of 64 KiB in memory, where this process may mount one.
final class SmallDisk {
    let path: String

    static let isPossible: Bool = {
        let folder = NSTemporaryDirectory() + "disk-" + UUID().uuidString
        return SmallDisk(under: folder) != nil
    }()

    init?(under path: String) {
        self.path = path
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let result = unsafe mount("tmpfs", path, "tmpfs", 0, "size=64k")
        if result != 0 {
            try? FileManager.default.removeItem(atPath: path)
            return nil
        }
    }

    deinit {
        _ = unsafe umount(path)
        try? FileManager.default.removeItem(atPath: path)
    }
}

import Foundation

/// Measures a fleet of processes that follow one store, or is one of them.
@main
struct Main {
    static func main() async {
        let words = CommandLine.arguments.dropFirst()
        do {
            switch words.first {
            case "member": try await FleetMember(endpoints: Array(words.dropFirst())).run()
            case "drive":
                let numbers = words.dropFirst().compactMap { Int($0) }
                var drive = FleetDrive()
                if numbers.count == 3 {
                    (drive.memberCount, drive.probeCount, drive.changeCount) = (
                        numbers[0], numbers[1], numbers[2]
                    )
                }
                try drive.run()
            default:
                print("usage: Fleet drive [MEMBERS PROBES CHANGES]")
                exit(2)
            }
        } catch {
            FileHandle.standardError.write(Data("Fleet: \(error)\n".utf8))
            exit(1)
        }
    }
}

import Foundation
import Measuring
import Workloads

/// Measures checks and all that goes with them; every answer is compared first.
@main
struct Main {
    static func main() {
        do {
            try perform(try Command(Array(CommandLine.arguments.dropFirst())))
        } catch let error as WorkloadError {
            fail("\(error)\n\(Command.usage)", 2)
        } catch {
            fail("\(error)\n", 1)
        }
    }

    private static func perform(_ command: Command) throws {
        switch command {
        case .run(let options):
            let run = Run(options)
            try run.measure()
            print(ResultTable.text(run.file.results))
            try options.json.map { try run.file.write(to: $0) }
        case .export(let options):
            let choice = WorkloadChoice(options.workloads) { print($0) }
            for workload in try choice.workloads() { try WorkloadFolder.write(workload, in: options.folder) }
        case .resident(let source, let path):
            let growth = try ResidentMemory.ofThisProcess(source, path)
            FileHandle.standardOutput.write(try JSONEncoder().encode(growth))
        }
    }

    private static func fail(_ message: String, _ status: Int32) {
        FileHandle.standardError.write(Data(message.utf8))
        exit(status)
    }
}

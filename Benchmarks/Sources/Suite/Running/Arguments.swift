import Measuring
import Workloads

/// What the command line asks for.
enum Command {
    case run(RunOptions)
    case export(ExportOptions)
    /// Asked by the program itself, of a process of its own.
    case resident(ResidentMemory.Source, path: String)

    static let usage = """
        usage: Suite run [--quick|--full] [--only GROUP,...] [--workload NAME,...] [--managed-policies FILE]
                         [--folder DIR] [--json OUT]
               Suite export DIR [--workload NAME,...] [--managed-policies FILE] [--seed TEXT]

        run measures, compares all answers with the reference evaluator's first, and fails at a wrong one.
          --quick             a minute or two (unless told otherwise)
          --full              ten to fifteen minutes
          --only              some of \(MeasuredGroup.names)
          --workload          some of \(Workload.names.joined(separator: ",")), or of a folder's
          --managed-policies  the policies of W4, one JSON object a line; without it, the few of Fixtures
          --folder            workloads from files instead: policies.jsonl, principals.jsonl, requests.jsonl
          --json              where the results go, besides the table on standard output
        export writes workloads as such files, for other programs.

        """

    /// - Throws: ``WorkloadError`` for arguments that make no sense.
    init(_ arguments: [String]) throws {
        var words = Words(arguments)
        switch words.next() {
        case "run": self = .run(try RunOptions(&words))
        case "export": self = .export(try ExportOptions(&words))
        case "resident":
            guard let source = ResidentMemory.Source(rawValue: try words.value("resident")) else {
                throw WorkloadError("resident wants copied, mapped or directory")
            }
            self = .resident(source, path: try words.value("resident"))
        default: throw WorkloadError("there are the commands run and export")
        }
    }
}

/// Where workloads come from.
struct WorkloadOptions {
    var names: [String]?
    var managedPolicies: String?
    var folder: String?
    var seed = Workload.defaultSeed

    /// Takes an option that concerns workloads; false for any other.
    mutating func take(_ option: String, _ words: inout Words) throws -> Bool {
        switch option {
        case "--workload": names = try words.list(option)
        case "--managed-policies": managedPolicies = try words.value(option)
        case "--folder": folder = try words.value(option)
        case "--seed": seed = try words.value(option)
        default: return false
        }
        return true
    }
}

struct RunOptions {
    var extent = Extent.quick
    var groups = MeasuredGroup.allCases
    var workloads = WorkloadOptions()
    var json: String?

    init(_ words: inout Words) throws {
        while let word = words.next() {
            switch word {
            case "--quick": extent = .quick
            case "--full": extent = .full
            case "--json": json = try words.value(word)
            case "--only":
                let names = try words.list(word)
                groups = try names.map { name in
                    guard let group = MeasuredGroup(rawValue: name) else {
                        throw WorkloadError("`\(name)` is none of \(MeasuredGroup.names)")
                    }
                    return group
                }
            default:
                guard try workloads.take(word, &words) else { throw WorkloadError("`\(word)` is no option") }
            }
        }
    }
}

struct ExportOptions {
    var workloads = WorkloadOptions()
    var folder: String

    init(_ words: inout Words) throws {
        folder = try words.value("export")
        while let word = words.next() {
            guard try workloads.take(word, &words) else { throw WorkloadError("`\(word)` is no option") }
        }
    }
}

/// The words of the command line, one after the other.
struct Words {
    private var rest: ArraySlice<String>

    init(_ words: [String]) { rest = words[...] }

    mutating func next() -> String? { rest.popFirst() }

    mutating func value(_ option: String) throws -> String {
        guard let value = rest.popFirst() else { throw WorkloadError("\(option) wants a value") }
        return value
    }

    mutating func list(_ option: String) throws -> [String] {
        try value(option).split(separator: ",").map(String.init)
    }
}

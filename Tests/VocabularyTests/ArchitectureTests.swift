import Foundation
import Testing

/// Reads the package's own sources, which lie two folders above this file.
@Suite("The order of the rooms")
struct ArchitectureTests {
    /// What each library room may import, of the project's own modules.
    static let allowed: [String: Set<String>] = [
        "Vocabulary": [],
        "PolicyLanguage": ["Vocabulary"],
        "IdentityDirectory": ["Vocabulary", "PolicyLanguage"],
        "ReferenceEvaluator": ["Vocabulary", "PolicyLanguage", "IdentityDirectory"],
        // The data plane knows no JSON, no directory and no compiler: an edge process can link it alone.
        "DecisionIndex": ["Vocabulary", "CXXHash", "CEpoch", "Synchronization"],
        "SnapshotCompiler": ["Vocabulary", "PolicyLanguage", "IdentityDirectory", "DecisionIndex"],
        // The reference evaluator is for tests, analysis and tools, never for what users link.
        "Portcullis": [
            "Vocabulary", "PolicyLanguage", "IdentityDirectory", "DecisionIndex", "SnapshotCompiler",
        ],
    ]
    static let rooms = allowed.keys.sorted()

    /// What rooms beyond the library may import, of the project's own modules; Foundation is welcome there.
    static let allowedBeyond: [String: Set<String>] = [
        "SnapshotDelivery": ["Vocabulary", "PolicyLanguage", "Portcullis", "COpenSSL", "CCurl"],
        "RequestMapping": [
            "Vocabulary", "PolicyLanguage", "IdentityDirectory", "Portcullis", "COpenSSL",
        ],
        "GatewayRuntime": [
            "Vocabulary", "PolicyLanguage", "Portcullis", "SnapshotDelivery", "RequestMapping",
        ],
        "PolicySimulation": [
            "Vocabulary", "PolicyLanguage", "IdentityDirectory", "Portcullis", "ReferenceEvaluator",
        ],
        "PortcullisC": [
            "Vocabulary", "PolicyLanguage", "IdentityDirectory", "Portcullis", "SnapshotDelivery",
            "PolicySimulation", "CPortcullis",
        ],
        "EnvoyModule": ["Portcullis", "RequestMapping", "GatewayRuntime", "CEnvoyABI"],
        "NginxModule": ["Portcullis", "RequestMapping", "GatewayRuntime", "CNginxModule"],
        "DecisionServer": [
            "Vocabulary", "PolicyLanguage", "IdentityDirectory", "Portcullis", "SnapshotDelivery",
            "RequestMapping", "GatewayRuntime", "PolicySimulation", "CEvent", "COpenSSL",
        ],
    ]

    private static let sources = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources")

    /// The modules that each source file of a room imports.
    private static func imports(of room: String) throws -> [(file: String, modules: [String])] {
        let folder = sources.appendingPathComponent(room)
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".swift")
        }
        return try files.map { file in
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            return (file, text.split(whereSeparator: \.isNewline).compactMap { importedModule($0) })
        }
    }

    /// The module of a line such as `public import struct Foundation.Data`.
    static func importedModule(_ line: Substring) -> String? {
        var words = line.split(separator: " ")[...]
        let modifiers = ["public", "package", "internal", "fileprivate", "private"]
        while let word = words.first, modifiers.contains(String(word)) || word.hasPrefix("@") {
            words.removeFirst()
        }
        guard words.popFirst() == "import" else { return nil }
        let kinds = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
        if let word = words.first, kinds.contains(String(word)) { words.removeFirst() }
        return words.first?.split(separator: ".").first.map { String($0) }
    }

    @Test(
        "Every form of import is recognised",
        arguments: [
            ("import Foundation", "Foundation"), ("public import Vocabulary", "Vocabulary"),
            ("@preconcurrency import Foundation", "Foundation"), ("package import struct A.B", "A"),
            ("  internal import Glibc // why", "Glibc"), ("import Foundation.NSURL", "Foundation"),
        ]
    )
    func importLines(_ line: String, _ module: String) {
        #expect(Self.importedModule(line[...]) == module)
    }

    @Test(
        "A line that only mentions imports is none",
        arguments: ["/// import Foundation", "important", "let x = 1"]
    )
    func otherLines(_ line: String) {
        #expect(Self.importedModule(line[...]) == nil)
    }

    @Test("No library room imports Foundation", arguments: rooms)
    func noFoundation(_ room: String) throws {
        let imports = try Self.imports(of: room)
        #expect(!imports.isEmpty, "no sources found")
        for (file, modules) in imports {
            #expect(!modules.contains { $0.hasPrefix("Foundation") }, "\(room)/\(file)")
        }
    }

    @Test("A room imports only the rooms it may know", arguments: rooms)
    func arrows(_ room: String) throws {
        let allowed = try #require(Self.allowed[room]).union(["Glibc"])
        for (file, modules) in try Self.imports(of: room) {
            #expect(allowed.isSuperset(of: modules), "\(room)/\(file) imports \(modules)")
        }
    }

    @Test("So does a room beyond the library", arguments: allowedBeyond.keys.sorted())
    func arrowsBeyond(_ room: String) throws {
        let allowed = try #require(Self.allowedBeyond[room])
            .union(["Foundation", "Dispatch", "Glibc", "Synchronization"])
        let imports = try Self.imports(of: room)
        #expect(!imports.isEmpty, "no sources found")
        for (file, modules) in imports {
            #expect(allowed.isSuperset(of: modules), "\(room)/\(file) imports \(modules)")
        }
    }

    @Test("The first two rooms use no system library", arguments: ["Vocabulary", "PolicyLanguage"])
    func pure(_ room: String) throws {
        let allowed = try #require(Self.allowed[room])
        for (file, modules) in try Self.imports(of: room) {
            #expect(allowed.isSuperset(of: modules), "\(room)/\(file) imports \(modules)")
        }
    }
}

// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "portcullis",
    products: [
        .executable(name: "portcullis", targets: ["PortcullisCLI"]),
        .library(name: "Portcullis", targets: ["Portcullis"]),
        .library(name: "SnapshotDelivery", targets: ["SnapshotDelivery"]),
        .library(name: "RequestMapping", targets: ["RequestMapping"]),
        .library(name: "GatewayRuntime", targets: ["GatewayRuntime"]),
        // Shared objects for other languages and for gateways; Scripts/ build them with the runtime inside.
        .library(name: "portcullis-c", type: .dynamic, targets: ["PortcullisC"]),
        .library(name: "portcullis-envoy", type: .dynamic, targets: ["EnvoyModule"]),
        .library(name: "portcullis-nginx", type: .dynamic, targets: ["NginxModule"]),
        .library(name: "PolicyLanguage", targets: ["Vocabulary", "PolicyLanguage"]),
        .library(name: "IdentityDirectory", targets: ["IdentityDirectory"]),
        // The specification in code, for checking answers; nothing else links it.
        .library(name: "ReferenceEvaluator", targets: ["ReferenceEvaluator"]),
    ],
    targets: [
        // Rooms in the order of the data; each may import only those above it.
        .target(name: "Vocabulary", swiftSettings: settings),
        .target(name: "PolicyLanguage", dependencies: ["Vocabulary"], swiftSettings: settings),
        .target(name: "IdentityDirectory", dependencies: ["PolicyLanguage"], swiftSettings: settings),
        .target(name: "ReferenceEvaluator", dependencies: ["IdentityDirectory"], swiftSettings: settings),
        .target(name: "CEpoch"),
        .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
        .target(
            name: "DecisionIndex",
            dependencies: ["Vocabulary", "CEpoch", "CXXHash"],
            swiftSettings: settings
        ),
        .target(
            name: "SnapshotCompiler",
            dependencies: ["IdentityDirectory", "DecisionIndex"],
            swiftSettings: settings
        ),
        .target(
            name: "Portcullis",
            dependencies: ["SnapshotCompiler"],
            swiftSettings: settings
        ),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(
            name: "SnapshotDelivery",
            dependencies: ["Portcullis", "COpenSSL", "CCurl"],
            swiftSettings: settings
        ),
        .target(
            name: "RequestMapping",
            dependencies: ["Portcullis", "COpenSSL"],
            swiftSettings: settings
        ),
        .target(
            name: "GatewayRuntime",
            dependencies: ["SnapshotDelivery", "RequestMapping"],
            swiftSettings: settings
        ),
        .target(
            name: "PolicySimulation",
            dependencies: ["Portcullis", "ReferenceEvaluator"],
            swiftSettings: settings
        ),
        .target(name: "CPortcullis"),
        .target(
            name: "PortcullisC",
            dependencies: ["CPortcullis", "SnapshotDelivery", "PolicySimulation"],
            swiftSettings: settings
        ),
        .target(name: "CEnvoyABI"),
        .target(
            name: "EnvoyModule",
            dependencies: ["CEnvoyABI", "GatewayRuntime"],
            exclude: ["exported-symbols"],
            swiftSettings: settings
        ),
        .target(name: "CNginxModule"),
        .target(
            name: "NginxModule",
            dependencies: ["CNginxModule", "GatewayRuntime"],
            // nginx's own configure builds it: Scripts/build-nginx-module.
            exclude: ["Shim", "exported-symbols"],
            swiftSettings: settings
        ),
        .systemLibrary(name: "CEvent", providers: [.apt(["libevent-dev"])]),
        .target(
            name: "DecisionServer",
            dependencies: ["GatewayRuntime", "PolicySimulation", "CEvent", "COpenSSL"],
            swiftSettings: settings
        ),
        .target(
            name: "ConformanceSuite",
            dependencies: [
                "IdentityDirectory", "ReferenceEvaluator", "SnapshotCompiler", "SnapshotDelivery",
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "PortcullisCLI",
            dependencies: [
                "IdentityDirectory", "ReferenceEvaluator", "SnapshotCompiler", "ConformanceSuite",
                "PolicySimulation", "SnapshotDelivery", "GatewayRuntime", "DecisionServer",
            ],
            swiftSettings: settings
        ),

        // Random policies and requests, and the index beside the reference: for tests and Fuzz/Differential.
        .target(
            name: "RandomWorlds",
            dependencies: ["ReferenceEvaluator", "SnapshotCompiler"],
            path: "Tests/Support/RandomWorlds",
            swiftSettings: settings
        ),

        // Counts allocations in the test program.
        .target(name: "CountedAllocations", path: "Tests/Support/CountedAllocations"),

        // What the filter calls in Envoy, for tests without one.
        .target(name: "FakeEnvoy", dependencies: ["CEnvoyABI"], path: "Tests/Support/FakeEnvoy"),

        // A server of etcd, started and stopped by tests; a fleet of processes that follow one.
        .target(name: "EtcdServer", path: "Tests/Support/EtcdServer", swiftSettings: settings),
        .executableTarget(
            name: "Fleet",
            dependencies: ["EtcdServer", "SnapshotDelivery"],
            path: "Tests/Support/Fleet",
            swiftSettings: settings
        ),

        .testTarget(name: "VocabularyTests", dependencies: ["Vocabulary"], swiftSettings: settings),
        .testTarget(name: "PolicyLanguageTests", dependencies: ["PolicyLanguage"], swiftSettings: settings),
        .testTarget(
            name: "IdentityDirectoryTests",
            dependencies: ["IdentityDirectory"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ReferenceEvaluatorTests",
            dependencies: ["ReferenceEvaluator", "RandomWorlds"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ConformanceSuiteTests",
            dependencies: ["ConformanceSuite"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DecisionIndexTests",
            dependencies: ["DecisionIndex", "SnapshotCompiler", "CountedAllocations"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SnapshotCompilerTests",
            dependencies: ["SnapshotCompiler", "RandomWorlds"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PortcullisTests",
            dependencies: ["Portcullis", "RandomWorlds", "CountedAllocations"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SnapshotDeliveryTests",
            dependencies: ["SnapshotDelivery", "EtcdServer", "CountedAllocations"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RequestMappingTests",
            dependencies: ["RequestMapping", "COpenSSL", "CountedAllocations"],
            swiftSettings: settings
        ),
        .testTarget(name: "GatewayRuntimeTests", dependencies: ["GatewayRuntime"], swiftSettings: settings),
        .testTarget(
            name: "PolicySimulationTests",
            dependencies: ["PolicySimulation", "RandomWorlds"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PortcullisCTests",
            dependencies: ["PortcullisC", "CPortcullis", "SnapshotDelivery", "CountedAllocations"],
            // Every call of a C function is unsafe: marking each would say nothing.
            swiftSettings: Array(settings.dropFirst())
        ),
        .testTarget(name: "DecisionServerTests", dependencies: ["DecisionServer"], swiftSettings: settings),
        .testTarget(
            name: "EnvoyModuleTests",
            dependencies: ["EnvoyModule", "FakeEnvoy", "CountedAllocations"],
            // They hand wild addresses to the hooks on purpose.
            swiftSettings: Array(settings.dropFirst())
        ),
        .testTarget(
            name: "NginxModuleTests",
            dependencies: ["NginxModule", "CNginxModule", "RequestMapping"],
            swiftSettings: settings
        ),
        .testTarget(name: "PortcullisCLITests", dependencies: ["PortcullisCLI"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

// Fuzz targets have no main function of their own, so they are there only when asked for.
if Context.environment["PORTCULLIS_FUZZ"] != nil {
    package.targets += ["FuzzDocuments", "FuzzPatterns", "FuzzSnapshot"].map { name in
        .executableTarget(
            name: name,
            dependencies: ["IdentityDirectory", "ReferenceEvaluator", "SnapshotCompiler"],
            path: "Fuzz/\(name)",
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]
        )
    }
    package.targets.append(
        .executableTarget(
            name: "FuzzRequests",
            dependencies: ["RequestMapping"],
            path: "Fuzz/FuzzRequests",
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]
        )
    )
    package.targets.append(
        .executableTarget(
            name: "Differential",
            dependencies: ["RandomWorlds"],
            path: "Fuzz/Differential",
            swiftSettings: settings
        )
    )
}

// Test targets, `A|B`, where not all are to be built: with sanitizers each costs much.
if let chosen = Context.environment["PORTCULLIS_TESTS"] {
    let names = Set(chosen.split(separator: "|").map(String.init))
    package.targets.removeAll { $0.type == .test && !names.contains($0.name) }
}

// swift-tools-version: 6.2
import PackageDescription

// Built on request only, so that what measuring needs never reaches a user's build.
let package = Package(
    name: "portcullis-benchmarks",
    dependencies: [.package(name: "portcullis", path: "..")],
    targets: [
        .executableTarget(
            name: "PolicyReading",
            dependencies: [
                .product(name: "PolicyLanguage", package: "portcullis")
            ],
            swiftSettings: [.strictMemorySafety()]
        ),
        .executableTarget(
            name: "PatternWorstCase",
            dependencies: [
                .product(name: "PolicyLanguage", package: "portcullis")
            ],
            swiftSettings: [.strictMemorySafety()]
        ),
        .executableTarget(
            name: "CheckPath",
            dependencies: [
                .product(name: "Portcullis", package: "portcullis")
            ],
            swiftSettings: [.strictMemorySafety()]
        ),
        // The loop beside CCall/call.c.
        .executableTarget(
            name: "SwiftCall",
            dependencies: [
                .product(name: "Portcullis", package: "portcullis")
            ],
            swiftSettings: [.strictMemorySafety()]
        ),
        // Draws results; knows nothing of what was measured but the format of its file.
        .target(name: "Report", swiftSettings: [.strictMemorySafety()]),
        .executableTarget(
            name: "DrawReport",
            dependencies: ["Report"],
            swiftSettings: [.strictMemorySafety()]
        ),
        .testTarget(
            name: "ReportTests",
            dependencies: ["Report"],
            resources: [.copy("Fixtures")],
            swiftSettings: [.strictMemorySafety()]
        ),
        // What no check can do without, in C, to be run beside the checks.
        .target(name: "Floor"),
        // Who asks what of which policies, and the answers.
        .target(
            name: "Workloads",
            dependencies: [
                .product(name: "Portcullis", package: "portcullis"),
                .product(name: "ReferenceEvaluator", package: "portcullis"),
            ],
            swiftSettings: [.strictMemorySafety()]
        ),
        // Clocks, histograms, load and the format of results; nothing in it knows of policies.
        .target(name: "Measuring", swiftSettings: [.strictMemorySafety()]),
        .executableTarget(
            name: "Suite",
            dependencies: ["Floor", "Measuring", "Workloads"],
            swiftSettings: [.strictMemorySafety()]
        ),
        .testTarget(
            name: "MeasuringTests",
            dependencies: ["Measuring"],
            swiftSettings: [.strictMemorySafety()]
        ),
        .testTarget(
            name: "SuiteTests",
            dependencies: ["Suite", "Measuring", "Workloads"],
            swiftSettings: [.strictMemorySafety()]
        ),
        .testTarget(
            name: "WorkloadsTests",
            dependencies: ["Workloads"],
            swiftSettings: [.strictMemorySafety()]
        ),
    ],
    swiftLanguageModes: [.v6]
)

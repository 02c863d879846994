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
        // What no check can do without, in C, to be run beside the checks.
        .target(name: "Floor"),
        .executableTarget(
            name: "Checks",
            dependencies: [
                "Floor",
                .product(name: "Portcullis", package: "portcullis"),
                .product(name: "ReferenceEvaluator", package: "portcullis"),
            ],
            swiftSettings: [.strictMemorySafety()]
        ),
    ],
    swiftLanguageModes: [.v6]
)

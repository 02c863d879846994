// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "embedding",
    dependencies: [.package(name: "portcullis", path: "../..")],
    targets: [
        .executableTarget(
            name: "Embedding",
            dependencies: [.product(name: "Portcullis", package: "portcullis")]
        )
    ],
    swiftLanguageModes: [.v6]
)

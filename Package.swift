// swift-tools-version: 6.3
import PackageDescription

// Every target: Swift 6, strict memory safety, warnings are errors.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
let cSettings: [CSetting] = [
    .treatAllWarnings(as: .error), .enableWarning("extra"), .enableWarning("shadow"),
]

// The order of the targets is the order in which a document flows; a target imports only targets above it.
let package = Package(
    name: "Recto",
    products: [
        .executable(name: "recto", targets: ["recto"]),
        .executable(name: "recto-rasterizer", targets: ["recto-rasterizer"]),
        .library(
            name: "RectoPipeline",
            targets: ["RectoPages", "RectoVLM", "RectoSchema", "RectoExtraction", "RectoPipeline"]
        ),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CPoppler", pkgConfig: "poppler-glib", providers: [.apt(["libpoppler-glib-dev"])]),
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .target(name: "CRectoKernels", cSettings: cSettings),
        .executableTarget(
            name: "recto-rasterizer",
            dependencies: ["CPoppler", "CPNG", "CSeccomp"],
            cSettings: cSettings,
            linkerSettings: [.linkedLibrary("gio-2.0"), .linkedLibrary("z"), .linkedLibrary("m")]
        ),
        .target(
            name: "RectoPages",
            dependencies: [
                "CRectoKernels", "CPNG",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "RectoHub",
            dependencies: [
                "RectoPages",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(name: "RectoSchema", swiftSettings: swiftSettings),
        .target(
            name: "RectoVLM",
            dependencies: ["RectoSchema", "RectoPages", "CRectoKernels", "COpenBLAS"],
            swiftSettings: swiftSettings
        ),
        .target(name: "RectoReader", resources: [.copy("Resources/reader")], swiftSettings: swiftSettings),
        .target(
            name: "RectoExtraction",
            dependencies: ["RectoSchema", "RectoVLM", "RectoPages"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "RectoPipeline",
            dependencies: [
                "RectoExtraction", "RectoSchema", "RectoVLM", "RectoPages", .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "RectoDaemon",
            dependencies: [
                "CLinux", "RectoPipeline", "RectoExtraction", "RectoSchema", "RectoVLM", "RectoPages",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Yams", package: "Yams"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "recto",
            dependencies: [
                "CLinux", "RectoDaemon", "RectoPipeline", "RectoExtraction", "RectoSchema", "RectoVLM", "RectoPages",
                "RectoReader", "RectoHub",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "RectoTestSupport",
            dependencies: ["RectoPages", .product(name: "Crypto", package: "swift-crypto")],
            path: "Tests/RectoTestSupport",
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "RectoPagesTests",
            dependencies: ["RectoTestSupport", "RectoPages"],
            exclude: ["Fixtures"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "RectoHubTests",
            dependencies: ["RectoTestSupport", "RectoHub", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "RectoVLMTests",
            dependencies: [
                "RectoTestSupport", "RectoVLM", "RectoSchema", "RectoPages", "CRectoKernels",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["Golden"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "RectoSchemaTests",
            dependencies: ["RectoTestSupport", "RectoSchema"],
            exclude: ["JSON-Schema-Test-Suite"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "RectoExtractionTests",
            dependencies: ["RectoTestSupport", "RectoExtraction", "RectoSchema", "RectoVLM", "RectoPages"],
            exclude: ["Golden"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "RectoPipelineTests",
            dependencies: [
                "RectoTestSupport", "RectoPipeline", "RectoExtraction", "RectoSchema", "RectoVLM", "RectoPages",
            ],
            exclude: ["Golden"],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "recto-daemon-harness",
            dependencies: ["RectoDaemon", "RectoPages", .product(name: "Logging", package: "swift-log")],
            path: "Tests/RectoDaemonHarness",
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "RectoDaemonTests",
            dependencies: [
                "RectoTestSupport", "RectoDaemon", "RectoVLM", "RectoPages", "recto-daemon-harness",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "RectoEndToEndTests",
            dependencies: [
                "RectoTestSupport", "RectoPipeline", "RectoExtraction", "RectoSchema", "RectoVLM", "RectoPages",
                "recto",
                "recto-rasterizer",
            ],
            swiftSettings: swiftSettings
        ),
    ]
)

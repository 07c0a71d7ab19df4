// swift-tools-version: 6.2
import PackageDescription

/// The optimiser is always on for C: at -O0 one window through the kernels takes seconds.
let kernelFlags: [CSetting] = [.unsafeFlags(["-O3"])]

let package = Package(
  name: "einthoven",
  products: [
    .executable(name: "einthoven", targets: ["einthoven"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    // The ground floor: rooms that know nothing of ours.
    .target(
      name: "CTerminal",
      cSettings: [.define("_GNU_SOURCE"), .define("NCURSES_WIDECHAR", to: "1")],
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]
    ),
    .target(name: "CKernels", cSettings: kernelFlags),
    // libcrypto of OpenSSL 3, for SHA-256 alone.
    .systemLibrary(name: "CCrypto", path: "Sources/CCrypto", providers: [.apt(["libssl-dev"])]),
    // The weights of the network that finds waves.
    .target(name: "CWaveNetwork", exclude: ["waves.weights"]),
    .target(name: "TerminalUI", dependencies: [.product(name: "TOMLKit", package: "TOMLKit")]),
    .target(name: "PlainText", dependencies: ["TerminalUI"]),
    .target(name: "Files", dependencies: ["CCrypto"]),
    .target(name: "ECG", dependencies: ["Files"]),

    // The rooms, each knowing only those below it.
    .target(name: "ECGFiles", dependencies: ["Files", "ECG", "PlainText"]),
    .target(name: "Agreement", dependencies: ["ECG", "PlainText"]),
    .target(name: "ECGSignal", dependencies: ["ECG", "CKernels", "CWaveNetwork"]),
    .target(name: "ECGPaper", dependencies: ["PlainText", "ECG", "ECGSignal", "TerminalUI"]),
    .target(name: "SEResNet", dependencies: ["Files", "ECG", "ECGSignal", "CKernels"]),
    .target(name: "Classification", dependencies: ["ECG", "SEResNet", "PlainText"]),
    .target(name: "Training", dependencies: ["Files", "ECG", "ECGSignal", "SEResNet", "CKernels", "PlainText"]),
    .target(name: "Evaluation", dependencies: ["Files", "ECG", "ECGFiles", "PlainText"]),
    .target(
      name: "LabelReview",
      dependencies: [
        "Files", "ECG", "PlainText", "Agreement",
        .product(name: "GRDB", package: "GRDB.swift"),
        // SQLite itself, for reading a long log without decoding it.
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]
    ),
    .target(name: "Reports", dependencies: ["PlainText", "ECG", "Evaluation", "Agreement", "LabelReview"]),
    .target(
      name: "Workbench",
      dependencies: [
        "Files", "PlainText", "ECG", "ECGFiles", "ECGSignal", "ECGPaper", "SEResNet", "Classification", "Training", "Evaluation",
        "Agreement", "LabelReview", "Reports",
      ]
    ),
    .target(
      name: "ReviewDesk",
      dependencies: [
        "Files", "TerminalUI", "CTerminal", "PlainText", "ECG", "ECGFiles", "ECGSignal", "ECGPaper", "SEResNet", "Classification",
        "Agreement",
        "LabelReview",
        .product(name: "Logging", package: "swift-log"),
      ]
    ),
    .executableTarget(
      name: "einthoven",
      dependencies: [
        "ReviewDesk", "Workbench", "Reports", "TerminalUI", "Files", "PlainText", "ECG", "ECGFiles", "ECGSignal", "ECGPaper", "SEResNet",
        "Classification", "Training", "Evaluation", "Agreement", "LabelReview",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]
    ),

    // Runs the network for Benchmarks/engine.py; not installed.
    .executableTarget(name: "einthoven-bench", dependencies: ["ECG", "ECGSignal", "SEResNet", "Training"], path: "Benchmarks/Driver"),

    .target(name: "TestSupport", dependencies: ["ECG", "SEResNet"], path: "Tests/TestSupport"),
    .testTarget(name: "TerminalUITests", dependencies: ["TerminalUI", "TestSupport"]),
    .testTarget(name: "FilesTests", dependencies: ["Files"]),
    .testTarget(name: "PlainTextTests", dependencies: ["PlainText"]),
    .testTarget(name: "ECGTests", dependencies: ["ECG", "TestSupport"]),
    .testTarget(name: "ECGFilesTests", dependencies: ["ECGFiles", "TestSupport"]),
    .testTarget(name: "AgreementTests", dependencies: ["Agreement", "ECGFiles", "TestSupport"]),
    .testTarget(name: "ECGSignalTests", dependencies: ["ECGSignal", "ECGFiles", "TestSupport"]),
    // Counts the test program's allocations.
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    .testTarget(name: "SEResNetTests", dependencies: ["SEResNet", "ECGFiles", "CKernels", "CAllocations", "TestSupport"]),
    .testTarget(name: "TrainingTests", dependencies: ["Training", "SEResNet", "CKernels", "TestSupport"]),
    .testTarget(name: "ClassificationTests", dependencies: ["Classification", "ECGFiles", "TestSupport"]),
    .testTarget(name: "EvaluationTests", dependencies: ["Evaluation", "TestSupport"]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports", "PlainText", "Evaluation", "Agreement", "LabelReview", "TestSupport"]),
    .testTarget(
      name: "WorkbenchTests",
      dependencies: [
        "Workbench", "Training", "Evaluation", "Classification", "Agreement", "LabelReview", "ECG", "ECGFiles", "ECGSignal", "SEResNet",
        "TestSupport",
      ]
    ),
    .testTarget(
      name: "LabelReviewTests", dependencies: ["LabelReview", "Agreement", "TestSupport", .product(name: "GRDB", package: "GRDB.swift")]),
    .testTarget(
      name: "ReviewDeskTests",
      dependencies: [
        "ReviewDesk", "TerminalUI", "ECG", "ECGFiles", "ECGSignal", "ECGPaper", "SEResNet", "Classification", "Agreement", "LabelReview",
        "TestSupport",
      ],
      exclude: ["Screens"]
    ),
    // Reads Package.swift and every import.
    .testTarget(name: "HouseTests", dependencies: ["TestSupport"]),
    // Every reader of foreign bytes on damaged and on greedy inputs; see `make fuzz`.
    .testTarget(
      name: "FuzzTests",
      dependencies: [
        "Files", "PlainText", "TerminalUI", "ECG", "ECGFiles", "SEResNet", "Evaluation", "Agreement", "LabelReview", "Workbench",
        "TestSupport",
      ],
      path: "Tests/Fuzz", exclude: ["Corpus"]),
    .testTarget(name: "EndToEndTests", dependencies: ["TestSupport", "einthoven"]),
  ],
  swiftLanguageModes: [.v6]
)

// Work is done in the rooms, which are optimised. The executable's commands, and tests that only call what they test, are not: to optimise them too takes a
// fifth of the whole build.
let plain: Set = ["einthoven", "LabelReviewTests", "WorkbenchTests", "ReportsTests", "EndToEndTests"]
for target in package.targets where plain.contains(target.name) { target.swiftSettings = [.unsafeFlags(["-Onone"])] }

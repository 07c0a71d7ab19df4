import ECG
import Foundation
import TestSupport
import Testing

/// Runs every reader of foreign bytes on damaged inputs: a crash ends the test program, and the last input is kept where it can be found.
///
/// `make fuzz SECONDS=60` runs each for that long with a seed of its own; `make test` runs forty with a fixed seed.
@Suite(.serialized) struct FuzzTests {
  @Test(arguments: FuzzTarget.all) func noInputDoesMoreThanBeRefused(target: FuzzTarget) throws {
    let environment = ProcessInfo.processInfo.environment
    let seconds = environment["FUZZ_SECONDS"].flatMap { Double($0) }
    let seed = environment["FUZZ_SEED"].flatMap { UInt64($0) } ?? (seconds == nil ? 2022 : UInt64.random(in: 0...UInt64(Int64.max)))
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fuzz-\(target.name)-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var mutator = Mutator(seed: seed, corpus: try Self.corpus(of: target))
    let input = folder.appendingPathComponent("input")
    var (runs, refused) = (0, 0)
    let start = Date()
    while seconds.map({ Date().timeIntervalSince(start) < $0 }) ?? (runs < 40) {
      let bytes = mutator.next()
      try Data(bytes).write(to: input)
      let begun = Date()
      do { try target.read(bytes, folder) } catch { refused += 1 }
      #expect(Date().timeIntervalSince(begun) < 5, "\(input.path) takes too long")
      runs += 1
    }
    if seconds != nil { FileHandle.standardError.write(Data("fuzz \(target.name): seed \(seed), \(runs) runs, \(refused) refused\n".utf8)) }
    try FileManager.default.removeItem(at: folder)
  }

  /// The target's own inputs: those that were found worth keeping, and those it makes.
  private static func corpus(of target: FuzzTarget) throws -> [[UInt8]] {
    let folder = Checkout.root.appendingPathComponent("Tests/Fuzz/Corpus/\(target.name)")
    let files = ((try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []).sorted {
      $0.path < $1.path
    }
    let inputs = try files.map { Array(try Data(contentsOf: $0)) } + target.seeds()
    #expect(!inputs.isEmpty, "\(target.name) has no corpus")
    return inputs
  }
}

import Foundation
import SEResNet
import Training

/// Trains on one batch of noise and says how long a step takes; Benchmarks/training.py starts it beside PyTorch.
///
///     einthoven-bench train WIDTH BATCH THREADS [shared|own]    then, a line each on standard input:
///     s                                                         one step: wall and processor milliseconds
///
/// Noise, because speed does not depend on the data.
func benchmarkTraining(_ arguments: [String]) throws {
  let numbers = arguments.compactMap { Int($0) }
  guard numbers.count == 3 else {
    FileHandle.standardError.write(Data("usage: einthoven-bench train WIDTH BATCH THREADS [shared|own]\n".utf8))
    exit(64)
  }
  let count = numbers[1]
  let batch = try TrainingBatch(
    count: count, signals: (0..<count * 12 * 4096).map { _ in Float.random(in: -1.7...1.7) },
    patients: (0..<count * 5).map { _ in Float.random(in: 0...1) }, targets: (0..<count * 24).map { _ in Bool.random() ? 1 : 0 })
  let network = try TrainingNetwork(
    baseWidth: numbers[0], leadGate: arguments.dropFirst(3).first.flatMap { LeadFilters(rawValue: $0) }, seed: 1, threadCount: numbers[2])
  _ = try network.step(batch, learningRate: 1e-3)
  say("ready \(Predictor.kernelName)")
  while readLine() == "s" {
    let (start, startProcessor) = (milliseconds(CLOCK_MONOTONIC), milliseconds(CLOCK_PROCESS_CPUTIME_ID))
    _ = try network.step(batch, learningRate: 1e-3)
    let processor = milliseconds(CLOCK_PROCESS_CPUTIME_ID) - startProcessor
    say(String(format: "%.3f %.3f", milliseconds(CLOCK_MONOTONIC) - start, processor))
  }
}

import Files
import Foundation
import SEResNet

/// A training that was interrupted: all that going on needs, in one safetensors file.
///
/// Its tensors are the network's state under their own names and, where the best epoch is kept, that epoch's weights under `best.`; the rest
/// is JSON in the metadata.
public struct TrainingCheckpoint: Sendable {
  /// The settings it was begun with.
  public let settings: TrainingSettings
  /// The recordings it was begun on.
  let dataDigest: String
  /// How far it has come.
  public let position: TrainingPosition
  /// The finished epochs.
  public let history: [EpochRecord]
  /// Weights of the best epoch so far, where they are kept.
  public let best: TrainedWeights?
  let state: TrainingState
  /// Threads and kernels that it was begun with; see ``Trainer/machine``.
  public let machine: String

  private struct Entry: Codable {
    var version: Int
    var settings: TrainingSettings
    var dataDigest: String
    var position: TrainingPosition
    var history: [EpochRecord]
    /// Of the network: steps taken, and the seed of its dropout.
    var networkStep: Int
    /// Sources that are unlearnt, where there are any.
    var sourceCount: Int?
    var networkSeed: UInt64
    var machine: String

    /// Whether a training with these settings can have come there.
    var isPossible: Bool {
      (0...settings.epochs).contains(position.epoch) && history.map(\.epoch) == Array(1..<position.epoch + 1) && position.step >= 0
        && position.windowCount >= 0 && position.lossSum.isFinite && (0...1 << 40).contains(networkStep)
    }
  }

  private static let entryName = "einthoven-training"
  private static let formatVersion = 1

  /// What tensors of each kind are called: a prefix before the network's own names.
  private enum Kind: String, CaseIterable {
    case current = ""
    case firstMoment = "first."
    case secondMoment = "second."
    case average = "average."
    case best = "best."
  }

  /// Writes a training's checkpoint: beside its place, then renamed.
  ///
  /// - Throws: ``ModelError/unwritable(file:)``.
  public static func write(
    _ trainer: Trainer, dataDigest: String, history: [EpochRecord], best: TrainedWeights?, to file: URL
  ) throws {
    let state = trainer.state
    let entry = Entry(
      version: formatVersion, settings: trainer.settings, dataDigest: dataDigest, position: trainer.position, history: history,
      networkStep: state.step, sourceCount: trainer.sources.isEmpty ? nil : trainer.sources.count, networkSeed: state.seed,
      machine: trainer.machine)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let kinds: [(Kind, [NamedTensor])] = [
      (.current, state.tensors), (.firstMoment, state.firstMoments), (.secondMoment, state.secondMoments), (.average, state.averages),
      (.best, best?.tensors ?? []),
    ]
    let tensors =
      kinds.flatMap { kind, tensors in
        tensors.map { SafetensorsWriter.Tensor(name: kind.rawValue + $0.name, shape: $0.shape, values: $0.values) }
      } + state.unlearning.map { SafetensorsWriter.Tensor(name: $0.name, shape: $0.shape, values: $0.values) }
    do {
      let text = String(decoding: try encoder.encode(entry), as: UTF8.self)
      try OutputFile.write(SafetensorsWriter.bytes(of: tensors, metadata: [entryName: text]), to: file.path)
    } catch {
      throw ModelError.unwritable(file: file.relativePath)
    }
  }

  /// Reads a checkpoint and makes sure that it belongs to a training.
  ///
  /// - Throws: ``TrainerError``, ``ModelError``.
  ///
  /// - Parameter measurementCount: How many measurements the network takes.
  public init(contentsOf url: URL, settings: TrainingSettings, measurementCount: Int = 0, dataDigest: String) throws {
    let name = url.relativePath
    let file = try SafetensorsFile(contentsOf: url)
    guard let text = file.metadata[Self.entryName] else {
      throw TrainerError.badCheckpoint(file: name, reason: "the entry \"\(Self.entryName)\" is missing")
    }
    guard let entry = try? JSONDecoder().decode(Entry.self, from: Data(text.utf8)), entry.version == Self.formatVersion else {
      throw TrainerError.badCheckpoint(file: name, reason: "the entry \"\(Self.entryName)\" cannot be read by this version")
    }
    if let (option, stored, given) = entry.settings.difference(from: settings) {
      throw TrainerError.otherSettings(file: name, name: option, stored: stored, given: given)
    }
    guard entry.dataDigest == dataDigest else { throw TrainerError.otherData(file: name) }
    guard entry.isPossible else { throw TrainerError.badCheckpoint(file: name, reason: "it says to be where no such training can come") }
    self.settings = entry.settings
    self.dataDigest = entry.dataDigest
    machine = entry.machine
    position = entry.position
    history = entry.history
    let shape = NetworkShape(
      baseWidth: settings.baseWidth, leadGate: settings.leadGate.map { LeadGate(filters: $0, baseWidth: settings.baseWidth) },
      measurementCount: measurementCount)
    func tensors(_ kind: Kind, of expected: [(name: String, shape: [Int])] = shape.tensors) throws -> [NamedTensor] {
      try expected.filter { file.holds(kind.rawValue + $0.name) }.map { tensor, shape in
        NamedTensor(name: tensor, shape: shape, values: try file.values(of: kind.rawValue + tensor, shape: shape))
      }
    }
    let sources = entry.sourceCount.map { SourceHead.shapes(sources: min(max($0, 2), 1024), features: shape.featureCount) } ?? []
    state = TrainingState(
      tensors: try tensors(.current), firstMoments: try tensors(.firstMoment), secondMoments: try tensors(.secondMoment),
      averages: try tensors(.average), unlearning: try tensors(.current, of: sources), step: entry.networkStep, seed: entry.networkSeed)
    let kept = try tensors(.best)
    best = kept.isEmpty ? nil : TrainedWeights(tensors: kept)
  }
}

extension Trainer {
  /// Goes on with an interrupted training.
  ///
  /// - Throws: ``TrainerError``, and what the network throws.
  public convenience init(
    resuming checkpoint: TrainingCheckpoint, examples: [TrainingExample], measurementNames: [String] = [], threads: Int
  ) throws {
    try self.init(
      settings: checkpoint.settings, examples: examples, measurementNames: measurementNames, threads: threads,
      from: (checkpoint.state, checkpoint.position))
  }
}

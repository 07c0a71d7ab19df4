import ArgumentParser
import Foundation
import SEResNet
import Training
import Workbench

/// The settings of a training on the command line; the defaults are the paper's.
struct TrainingArguments: ParsableArguments {
  /// What can be forgotten.
  enum Unlearnt: String, ExpressibleByArgument, CaseIterable {
    case source
  }

  /// The two ways in which the learning rate falls.
  enum Schedule: String, ExpressibleByArgument, CaseIterable {
    case steps, cosine
  }

  @Option(help: "Channels of the first convolution.") var width = 64
  @Option(
    help: ArgumentHelp(
      "Weigh each lead before the leads are mixed (the paper's equation 1): its filters shared by the leads, or own.",
      valueName: "shared|own"))
  var leadGate: LeadFilters?
  @Option(help: "With --lead-gate: what the mean lead weight, times this, adds to the loss that is minimised. Default: 0.")
  var leadSparsity: Double?
  @Flag(help: "Take measurements of the recording beside the signal: rhythm, intervals, axes, shares of amplitudes; no voltages.")
  var features = false
  @Option(
    help: ArgumentHelp(
      "With --features: add what a logistic regression of the measurements alone says to the network's logits; each squared weight costs half of this, such as 10.",
      valueName: "penalty"))
  var regression: Double?
  @Option(help: "Draw each target to one half by this share.") var labelSmoothing: Double?
  @Option(help: "Mix windows in pairs, targets too, by shares of the beta distribution with this number for both parameters (mixup).")
  var mixup: Double?
  @Option(
    help: ArgumentHelp(
      "source: forget what tells where a recording comes from (the letters its name begins with, else its folder) beyond what its labels tell.",
      valueName: "source"))
  var unlearn: Unlearnt?
  @Option(help: "With --unlearn: the factor on what is forgotten. Default: 0.03.") var unlearnWeight: Double?
  @Option(help: "How often every recording is seen.") var epochs = 50
  @Option(help: "Windows in a step; the last step of an epoch may have fewer, and one window alone is left out.") var batch = 64
  @Option(help: "Learning rate of Adam at the start.") var lr = 0.003
  @Option(help: "steps: divided by ten after the epochs of --steps; cosine: down to 0 along half a cosine.") var schedule: Schedule = .steps
  @Option(help: ArgumentHelp("Epochs after which the learning rate is divided by ten.", valueName: "N,N")) var steps: EpochList = .init(
    numbers: [20, 40])
  @Option(help: "Share of hidden values that dropout sets to 0.") var dropout = 0.2
  @Option(help: "Decoupled weight decay: the share of a weight, times the learning rate, that a step takes off.") var weightDecay = 0.0
  @Option(help: ArgumentHelp("Keep a moving average of all parameters with this decay as the model, such as 0.99.", valueName: "decay"))
  var average: Double?
  @Option(help: ArgumentHelp("What is changed at random, such as gain=0.2,noise=0.05; see above.", valueName: "name=value,..."))
  var augment: Augmentation = Augmentation()
  @Option(help: "What the signals go through before the network: paper (microvolts as they are) or zscore-0.5-40.") var preprocessing:
    Preprocessing = .paper
  @Option(help: "Determines first weights, order, windows, augmentation and dropout.") var seed: UInt64 = 1

  mutating func validate() throws {
    func require(_ isGood: Bool, _ message: String) throws { if !isGood { throw ValidationError(message) } }
    try require((1...256).contains(width), "--width takes a whole number from 1 to 256")
    try require(
      leadSparsity.map { $0 >= 0 && $0.isFinite && leadGate != nil } ?? true, "--lead-sparsity takes a number from 0 up and --lead-gate")
    try require(
      regression.map { $0 > 0 && $0.isFinite && features } ?? true, "--regression takes a number above 0, and --features")
    try require(labelSmoothing.map { (0..<1).contains($0) } ?? true, "--label-smoothing takes a number from 0 to less than 1")
    try require(mixup.map { $0 > 0 && $0 <= 100 } ?? true, "--mixup takes a number above 0, at most 100")
    try require(
      unlearnWeight.map { $0 >= 0 && $0.isFinite && unlearn != nil } ?? true, "--unlearn-weight takes a number from 0 up and --unlearn")
    try require((1...100_000).contains(epochs), "--epochs takes a whole number from 1 to 100000")
    try require((1...4096).contains(batch), "--batch takes a whole number from 1 to 4096")
    try require(lr > 0 && lr.isFinite, "--lr takes a number above 0")
    try require((0..<1).contains(dropout), "--dropout takes a number from 0 to less than 1")
    try require((0..<1).contains(weightDecay), "--weight-decay takes a number from 0 to less than 1")
    try require(average.map { (0..<1).contains($0) } ?? true, "--average takes a number from 0 to less than 1")
  }

  /// The settings.
  var settings: TrainingSettings {
    var settings = TrainingSettings()
    settings.baseWidth = width
    settings.leadGate = leadGate
    settings.leadSparsity = leadSparsity
    settings.measurements = features ? MeasuredFeatures.version : nil
    settings.regressionPenalty = regression
    settings.labelSmoothing = labelSmoothing
    settings.mixup = mixup
    settings.unlearning = unlearn == nil ? nil : unlearnWeight ?? 0.03
    settings.epochs = epochs
    settings.batchSize = batch
    settings.learningRate = lr
    settings.schedule = schedule == .cosine ? .cosine : .steps(steps.numbers)
    settings.dropout = dropout
    settings.weightDecay = weightDecay
    settings.averagingDecay = average
    settings.augmentation = augment
    settings.preprocessing = preprocessing
    settings.seed = seed
    return settings
  }
}

/// Whole numbers of epochs, ascending, as `20,40`; `none` for none.
struct EpochList: ExpressibleByArgument {
  let numbers: [Int]

  init(numbers: [Int]) { self.numbers = numbers }

  init?(argument: String) {
    let parts = argument == "none" ? [] : argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let numbers = parts.compactMap { $0 }
    guard numbers.count == parts.count, numbers.allSatisfy({ $0 > 0 }), zip(numbers, numbers.dropFirst()).allSatisfy(<) else { return nil }
    self.numbers = numbers
  }

  var defaultValueDescription: String { numbers.map(String.init).joined(separator: ",") }
}

extension Augmentation: ExpressibleByArgument {
  /// Reads what stands on the command line; nil where it means nothing.
  public init?(argument: String) { self.init(argument) }

  /// As help shows a default.
  public var defaultValueDescription: String { description }
}

extension KeptEpoch: ExpressibleByArgument {}
extension LeadFilters: ExpressibleByArgument {}

/// Records that a training keeps apart: those of a `#Fold`, or those at a path.
enum RecordSet: ExpressibleByArgument {
  case fold(Int)
  case path(String)

  init?(argument: String) {
    guard argument.hasPrefix("fold=") else {
      self = .path(argument)
      return
    }
    guard let number = Int(argument.dropFirst(5)) else { return nil }
    self = .fold(number)
  }
}

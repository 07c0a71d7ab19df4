import ArgumentParser
import Evaluation
import LabelReview
import PlainText
import Workbench

/// What makes a study one that relabels.
struct RelabelArguments: ParsableArguments {
  @Flag(help: "Ask which statements hold, and not one question: for each recording a set, each statement present, absent or unsure.")
  var relabel = false
  @Option(help: "With --relabel, the statements asked about: all, or some of the vocabulary such as LAD,LAnFB.") var diagnoses = "all"
  @Option(help: "With --relabel, another vocabulary than the 24: a CSV of code,abbreviation,name,synonyms (synonyms separated by ;).")
  var statements: String?
  @Option(help: "With --relabel, what a reader finds filled in: none, label, or model. It biases, so it is stored with each answer.")
  var prefill: Relabelling.Prefill = .none
  @Option(help: "With --relabel, the share of the cases that a second reader reads too: 20% or 0.2.") var second: Fraction?
  @Option(help: "With --relabel, read again where the model gives the first reader's answer on any statement a lower probability: 0.5.")
  var below: Fraction?
  @Option(help: "With --relabel, read on until two readers agree on the set, or so many have read the case. Default: 2.") var untilAgreed:
    Int?
  @Option(help: "With --relabel, give each reader an order of their own within blocks of so many cases. Default: one order for all.")
  var blocks: Int?
  @Option(help: "With --relabel, take the first so many of the order as cases. Default: all.") var limit: Int?
  @Option(help: "With --order suspicion, the scores that `einthoven audit --format csv` or json wrote.") var audit: String?
  @Option(help: "With --order disagreement or diverse, a study of the store in which recordings were read before.") var earlier: String?

  /// The options above that were given, for a study that does not relabel.
  private var given: [String] {
    let options: [(name: String, isGiven: Bool)] = [
      ("--statements", statements != nil), ("--prefill", prefill != .none), ("--diagnoses", diagnoses != "all"),
      ("--second", second != nil),
      ("--below", below != nil), ("--until-agreed", untilAgreed != nil), ("--blocks", blocks != nil), ("--limit", limit != nil),
      ("--audit", audit != nil), ("--earlier", earlier != nil),
    ]
    return options.filter(\.isGiven).map(\.name)
  }

  mutating func validate() throws {
    if !relabel, let first = given.first { throw ValidationError("\(first) goes with --relabel") }
    if let second, second.value > 1 { throw ValidationError("--second takes a share from 0 to 100 %") }
    if let below, below.value > 1 { throw ValidationError("--below takes a probability from 0 to 1") }
    if let untilAgreed, !(2...20).contains(untilAgreed) { throw ValidationError("--until-agreed takes a whole number from 2 to 20") }
    if let blocks, !(2...100_000).contains(blocks) { throw ValidationError("--blocks takes a whole number from 2 to 100000") }
    if let limit, limit < 1 { throw ValidationError("--limit takes a whole number from 1") }
  }

  /// The statements asked about.
  func asked() throws -> [Statement] {
    var vocabulary = Statement.scored
    if let statements {
      let data = try FileInput.data(statements, limit: StatementFile.longestFile, expected: "a CSV of code,abbreviation,name,synonyms")
      do { vocabulary = try StatementFile.parse(data) } catch { throw CommandFailure.badData("\(statements): \(error)") }
    }
    guard let chosen = vocabulary.chosen(diagnoses) else {
      let unknown = diagnoses.split(separator: ",").map(String.init).first { vocabulary.named($0) == nil } ?? diagnoses
      throw CommandFailure.usage(
        "--diagnoses: '\(unknown)' is none of the vocabulary; expected all, or names such as \(vocabulary[0].abbreviation)")
    }
    return chosen
  }

  /// Which cases are read again; nil where every reader reads all.
  var secondReading: Relabelling.SecondReading? {
    guard second != nil || below != nil || untilAgreed != nil else { return nil }
    // Reading until two agree, of no share in particular, means every case.
    let share = second?.value ?? (below == nil ? 1 : 0)
    return Relabelling.SecondReading(share: share, below: below?.value, limit: untilAgreed ?? 2)
  }
}

extension Relabelling.Prefill: ExpressibleByArgument {
  /// What is to be filled in; what readers say is for those who settle.
  public init?(argument: String) {
    guard let prefill = Self(rawValue: argument), prefill != .readers else { return nil }
    self = prefill
  }

  /// What can be asked for.
  public static var allValueStrings: [String] { allCases.filter { $0 != .readers }.map(\.rawValue) }
}

/// The order of a study's cases: of a drawn one shuffled or fixed, of one that relabels any of them.
extension QueueMethod: ExpressibleByArgument {}

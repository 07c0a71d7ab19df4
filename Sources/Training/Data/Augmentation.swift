/// What is changed at random in each training window; everything is off at 0.
///
/// | name | what it does |
/// |---|---|
/// | gain | all leads times one factor from 1/(1 + g) to 1 + g, its logarithm evenly distributed |
/// | lead-gain | each lead times such a factor of its own |
/// | shift | a recording that is shorter than the window may begin up to so many seconds before it or end as long after it |
/// | wander | each lead plus three slow sines (0.05 to 0.5 Hz) that together reach at most this |
/// | noise | white noise, its standard deviation drawn from 0 to this for each window |
/// | lead-dropout | each lead is 0 with this probability |
/// | patient-dropout | age is unknown with this probability, and so is sex |
/// | measured-dropout | all measurements are unknown with this probability |
///
/// Wander and noise are in millivolts with the paper's preprocessing and in standard deviations of the lead after a z-score. They come to
/// leads that are there and not flat, and only where the recording is: what is 0 for the network in use stays 0.
public struct Augmentation: Sendable, Equatable, Codable {
  /// Largest relative change of the amplitude of all leads.
  public var gain = 0.0
  /// Largest relative change of the amplitude of each lead by itself.
  public var leadGain = 0.0
  /// Most seconds of a short recording that lie outside the window.
  public var shiftSeconds = 0.0
  /// Largest baseline wander, in millivolts or standard deviations.
  public var wander = 0.0
  /// Largest standard deviation of white noise, in millivolts or standard deviations of the lead.
  public var noise = 0.0
  /// Probability that a lead is left out.
  public var leadDropout = 0.0
  /// Probability that age, and that sex, is left out.
  public var patientDropout = 0.0
  /// Probability that all measurements are left out; nil for 0, so that settings of before can be read.
  private var measuredDropoutShare: Double?
  /// Probability that all measurements are left out.
  public var measuredDropout: Double {
    get { measuredDropoutShare ?? 0 }
    set { measuredDropoutShare = newValue == 0 ? nil : newValue }
  }

  /// No augmentation.
  public init() {}

  /// The augmentations by name, in the order of the table above: largest value, and where it is kept.
  private static let table: [(name: String, largest: Double, path: WritableKeyPath<Augmentation, Double> & Sendable)] = [
    ("gain", 10, \.gain), ("lead-gain", 10, \.leadGain), ("shift", 8, \.shiftSeconds), ("wander", 10, \.wander), ("noise", 10, \.noise),
    ("lead-dropout", 0.9, \.leadDropout), ("patient-dropout", 1, \.patientDropout),
    ("measured-dropout", 1, \.measuredDropout),
  ]

  /// The names that ``init(_:)`` knows, with their largest values.
  public static var names: [(name: String, largest: Double)] { table.map { ($0.name, $0.largest) } }

  /// Reads `gain=0.2,noise=0.05`, or `off` for none.
  ///
  /// Nil where a name is unknown or comes twice, or a number is out of its range.
  public init?(_ text: String) {
    guard text != "off" else { return }
    var seen: Set<String> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2, let entry = Self.table.first(where: { $0.name == sides[0] }), seen.insert(sides[0]).inserted,
        let value = Double(sides[1]), (0...entry.largest).contains(value)
      else { return nil }
      self[keyPath: entry.path] = value
    }
  }
}

extension Augmentation: CustomStringConvertible {
  /// As ``init(_:)`` reads it.
  public var description: String {
    let parts = Self.table.filter { self[keyPath: $0.path] > 0 }.map { "\($0.name)=\(self[keyPath: $0.path])" }
    return parts.isEmpty ? "off" : parts.joined(separator: ",")
  }
}

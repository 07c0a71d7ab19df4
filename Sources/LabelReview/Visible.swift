/// Parts of the screen that can tell a reader what somebody or something else thinks of a case.
///
/// Stored with every verdict as what was on screen, and with a study as what it hides. Stored by name, never by bit.
public struct Visible: OptionSet, Sendable, Hashable {
  /// One bit a part; not stable, never stored.
  public let rawValue: Int

  /// A set from its bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The diagnoses in the recording's header.
  public static let labels = Visible(rawValue: 1 << 0)
  /// The model's probabilities and decisions.
  public static let model = Visible(rawValue: 1 << 1)
  /// Other readers' verdicts.
  public static let readers = Visible(rawValue: 1 << 2)
  /// Rate, intervals and axis as the program measures them.
  public static let measurements = Visible(rawValue: 1 << 3)
  /// The heatmap of leads.
  public static let heatmap = Visible(rawValue: 1 << 4)
  /// What the model would say without some leads, asked by the reader.
  public static let whatIf = Visible(rawValue: 1 << 5)

  /// Every part with its name, in the order of export.
  public static let named: [(name: String, part: Visible)] = [
    ("labels", .labels), ("model", .model), ("readers", .readers), ("measurements", .measurements), ("heatmap", .heatmap),
    ("what-if", .whatIf),
  ]

  /// The names of the parts in the set.
  public var names: [String] { Self.named.filter { contains($0.part) }.map(\.name) }

  /// A set from names.
  ///
  /// - Returns: nil where a name is not known.
  public init?(names: some Sequence<some StringProtocol>) {
    var result: Visible = []
    for name in names {
      guard let entry = Self.named.first(where: { $0.name == name }) else { return nil }
      result.insert(entry.part)
    }
    self = result
  }

  /// The form in which a set is stored and exported: names with a space between.
  var text: String { names.joined(separator: " ") }

  /// Reads what ``text`` wrote.
  init?(text: String) { self.init(names: text.split(separator: " ")) }
}

import ECG

/// How the twelve leads are arranged on the screen.
public enum LeadLayout: Sendable, Hashable, CustomStringConvertible {
  /// Twelve rows of one lead each.
  case twelveByOne
  /// Six rows of two leads: limb leads, chest leads.
  case sixByTwo
  /// Three rows of four leads over a rhythm strip.
  case threeByFour
  /// The median beat of each lead, three rows of four: the view in which an axis is read.
  case medianBeats
  /// One lead alone.
  case single(Lead)

  /// The name as the command line writes it.
  public var description: String {
    switch self {
    case .twelveByOne: "12x1"
    case .sixByTwo: "6x2"
    case .threeByFour: "3x4"
    case .medianBeats: "beats"
    case .single(let lead): lead.name
    }
  }

  /// The layout of a name: `12x1`, `6x2`, `3x4`, `beats` or a lead's name in any letter case.
  public init?(_ name: String) {
    switch name.lowercased() {
    case "12x1": self = .twelveByOne
    case "6x2": self = .sixByTwo
    case "3x4": self = .threeByFour
    case "beats": self = .medianBeats
    default:
      guard let lead = Lead(signalName: name) else { return nil }
      self = .single(lead)
    }
  }

  /// What the names can be, for messages and help.
  public static let names = "12x1, 6x2, 3x4, beats or a lead's name"

  /// The layout that a key steps to next; a single lead is the one of the rhythm strip.
  func next(rhythmLead: Lead) -> LeadLayout {
    switch self {
    case .twelveByOne: .sixByTwo
    case .sixByTwo: .threeByFour
    case .threeByFour: .medianBeats
    case .medianBeats: .single(rhythmLead)
    case .single: .twelveByOne
    }
  }

  /// Rows of leads, columns of leads, and the rhythm strip's lead where there is one.
  func table(isCabrera: Bool = false, rhythmLead: Lead = .ii) -> LeadTable {
    let limb: [LeadPlace] =
      isCabrera
      ? [.init(.aVL), .init(.i), .init(.aVR, isInverted: true), .init(.ii), .init(.aVF), .init(.iii)] : Lead.limb.map { LeadPlace($0) }
    let all = limb + Lead.chest.map { LeadPlace($0) }
    return switch self {
    case .twelveByOne: LeadTable(rows: all.map { [$0] })
    case .sixByTwo: LeadTable(rows: (0..<6).map { [all[$0], all[$0 + 6]] })
    case .threeByFour: LeadTable(rows: (0..<3).map { row in (0..<4).map { all[row + 3 * $0] } }, rhythm: LeadPlace(rhythmLead))
    case .medianBeats: LeadTable(rows: (0..<3).map { row in (0..<4).map { all[row + 3 * $0] } })
    case .single(let lead): LeadTable(rows: [[LeadPlace(lead)]])
    }
  }
}

/// A lead where a layout puts it; Cabrera's order shows aVR upside down, as −aVR.
package struct LeadPlace: Equatable, Sendable {
  let lead: Lead
  let isInverted: Bool

  init(_ lead: Lead, isInverted: Bool = false) {
    self.lead = lead
    self.isInverted = isInverted
  }
}

/// Rows and columns of leads.
package struct LeadTable: Sendable {
  let rows: [[LeadPlace]]
  var rhythm: LeadPlace?

  /// Columns of leads.
  var columnCount: Int { rows[0].count }
}

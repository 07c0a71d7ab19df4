import ECG

/// How leads are arranged on the paper.
public enum LeadLayout: Sendable, Hashable, CustomStringConvertible {
  /// The limb leads' median beats in Cabrera's order, large, over the chest leads' small ones and a rhythm strip: the view of the axis.
  case limb
  /// Three rows of four leads over a rhythm strip.
  case threeByFour
  /// The median beat of each lead, three rows of four.
  case medianBeats
  /// Three long strips, II, V1 and V5, over the twelve leads' median beats: the view of the rhythm.
  case rhythm
  /// The median beats of V1, V2, I and V6, large, over a rhythm strip: the view of conduction.
  case conduction
  /// Six rows of two leads: limb leads, chest leads.
  case sixByTwo
  /// Twelve rows of one lead each.
  case twelveByOne
  /// One lead alone.
  case single(Lead)

  /// The one table of layouts that have a name of their own, in the order in which keys step through them; one lead alone comes last.
  static let table: [(layout: LeadLayout, name: String)] = [
    (.limb, "limb"), (.threeByFour, "3x4"), (.medianBeats, "beats"), (.rhythm, "rhythm"), (.conduction, "conduction"),
    (.sixByTwo, "6x2"), (.twelveByOne, "12x1"),
  ]

  /// The name as the command line writes it.
  public var description: String {
    if case .single(let lead) = self { return lead.name }
    return Self.table.first { $0.layout == self }?.name ?? ""
  }

  /// The layout of a name, as the table has it, or of a lead's name, in any letter case.
  public init?(_ name: String) {
    if let found = Self.table.first(where: { $0.name == name.lowercased() }) {
      self = found.layout
    } else if let lead = Lead(signalName: name) {
      self = .single(lead)
    } else {
      return nil
    }
  }

  /// What the names can be, for messages and help.
  public static let names = table.map(\.name).joined(separator: ", ") + " or a lead's name"

  /// The layout that a key steps to next, or back to; a single lead is the one of the rhythm strip.
  package func stepped(by direction: Int, rhythmLead: Lead) -> LeadLayout {
    let all = Self.table.map(\.layout) + [.single(rhythmLead)]
    let here = all.firstIndex(of: self) ?? all.count - 1
    return all[(here + direction + all.count) % all.count]
  }

  /// The blocks of leads from top to bottom.
  package func blocks(isCabrera: Bool = false, rhythmLead: Lead = .ii) -> [LeadBlock] {
    let cabrera: [LeadPlace] = [.init(.aVL), .init(.i), .init(.aVR, isInverted: true), .init(.ii), .init(.aVF), .init(.iii)]
    let all = (isCabrera ? cabrera : Lead.limb.map { LeadPlace($0) }) + Lead.chest.map { LeadPlace($0) }
    let sheet = (0..<3).map { row in (0..<4).map { all[row + 3 * $0] } }
    let strip = LeadBlock([[LeadPlace(rhythmLead)]], weight: 1)
    switch self {
    case .limb:
      return [
        LeadBlock([Array(cabrera[..<3]), Array(cabrera[3...])], .medianBeat, weight: 2, isTold: true),
        LeadBlock([Lead.chest.map { LeadPlace($0) }], .medianBeat, weight: 1.2, isSpare: true),
        strip,
      ]
    case .rhythm:
      return [
        LeadBlock([.ii, .v1, .v5].map { [LeadPlace($0)] }, weight: 2),
        LeadBlock((0..<2).map { row in (0..<6).map { all[row * 6 + $0] } }, .medianBeat, weight: 1.2, isSpare: true),
      ]
    case .conduction:
      return [LeadBlock([[.v1, .v2, .i, .v6].map { LeadPlace($0) }], .medianBeat, weight: 3), strip]
    case .threeByFour: return [LeadBlock(sheet), strip]
    case .medianBeats: return [LeadBlock(sheet, .medianBeat)]
    case .sixByTwo: return [LeadBlock((0..<6).map { [all[$0], all[$0 + 6]] })]
    case .twelveByOne: return [LeadBlock(all.map { [$0] })]
    case .single(let lead): return [LeadBlock([[LeadPlace(lead)]])]
    }
  }

  /// Whether all of it is median beats: its time counts from the R peak.
  package var isOfBeats: Bool { blocks().allSatisfy { $0.content == .medianBeat } }

  /// Columns of leads that follow one another in time.
  package var columnsInTime: Int { blocks().filter { $0.content == .recording }.map(\.columnCount).max() ?? 1 }
}

/// A lead where a layout puts it; Cabrera's order shows aVR upside down, as −aVR.
package struct LeadPlace: Hashable, Sendable {
  package let lead: Lead
  package let isInverted: Bool

  init(_ lead: Lead, isInverted: Bool = false) {
    self.lead = lead
    self.isInverted = isInverted
  }
}

/// What a lane of the paper shows.
public enum PaperContent: Sendable, Hashable {
  /// The recording from some time on.
  case recording
  /// The median of its beats, all from the same time before the R peak on.
  case medianBeat
}

/// Rows and columns of leads that lie together over one time axis.
package struct LeadBlock: Sendable {
  let rows: [[LeadPlace]]
  let content: PaperContent
  /// The height of one of its rows, against those of other blocks.
  let weight: Double
  /// Whether what is measured of each of its beats stands under it.
  let isTold: Bool
  /// Whether it is left out where there is too little room.
  let isSpare: Bool

  init(_ rows: [[LeadPlace]], _ content: PaperContent = .recording, weight: Double = 1, isTold: Bool = false, isSpare: Bool = false) {
    self.rows = rows
    self.content = content
    self.weight = weight
    self.isTold = isTold
    self.isSpare = isSpare
  }

  var columnCount: Int { rows[0].count }
}

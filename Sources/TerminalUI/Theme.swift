/// The colours of every ``Ink``.
///
/// No meaning rests on colour alone: what a colour says is also said by a word, a character, or the attributes that stand in for it where a
/// terminal has none.
public struct Theme: Sendable {
  /// How one ink looks.
  public struct Swatch: Hashable, Sendable {
    /// The colour of its strokes; nil is the theme's foreground.
    public var foreground: Color?
    /// The colour behind them; nil is the theme's background.
    public var background: Color?
    /// The attributes it always has.
    public var attributes: Attributes
    /// The attributes it has where there is no colour.
    public var attributesWithoutColor: Attributes

    /// A swatch of its parts.
    public init(_ foreground: Color?, on background: Color? = nil, _ attributes: Attributes = [], withoutColor: Attributes = []) {
      self.foreground = foreground
      self.background = background
      self.attributes = attributes
      attributesWithoutColor = withoutColor
    }
  }

  /// How a style looks at a depth: colours that are nil are the terminal's own.
  public struct Appearance: Hashable, Sendable {
    /// The colour of the strokes.
    public var foreground: Color?
    /// The colour behind them.
    public var background: Color?
    /// The attributes.
    public var attributes: Attributes

    /// An appearance of its parts; by default the terminal's own.
    public init(foreground: Color? = nil, background: Color? = nil, attributes: Attributes = []) {
      self.foreground = foreground
      self.background = background
      self.attributes = attributes
    }
  }

  /// The name by which it is chosen.
  public let name: String
  /// The colour of ordinary text; pictures always use it, terminals only where the theme says so.
  public let foreground: Color
  /// The colour of the ground.
  public let background: Color
  /// Whether a terminal is painted in the theme's ground rather than left as its user has it.
  public let paintsGround: Bool
  private let swatches: [Swatch]

  /// A theme; inks that have no swatch look like ordinary text.
  public init(name: String, foreground: Color, background: Color, paintsGround: Bool, swatches: [Ink: Swatch]) {
    self.name = name
    self.foreground = foreground
    self.background = background
    self.paintsGround = paintsGround
    self.swatches = Ink.allCases.map { swatches[$0] ?? Swatch(nil) }
  }

  /// The swatch of an ink.
  public func swatch(of ink: Ink) -> Swatch { swatches[Int(ink.rawValue)] }

  /// How a style looks on a terminal of some depth.
  public func appearance(of style: Style, depth: ColorDepth) -> Appearance {
    let swatch = swatch(of: style.ink)
    let attributes = style.attributes.union(swatch.attributes)
    if depth == .none {
      return Appearance(foreground: nil, background: nil, attributes: attributes.union(swatch.attributesWithoutColor))
    }
    return Appearance(
      foreground: swatch.foreground ?? (paintsGround ? foreground : nil),
      background: swatch.background ?? shade(of: style.ground, depth: depth) ?? (paintsGround ? background : nil),
      attributes: attributes
    )
  }

  /// The colour of a shaded box; few colours have none that a trace can still be read on.
  private func shade(of ground: Ground, depth: ColorDepth) -> Color? {
    ground == .shaded && depth.showsShades ? swatch(of: .paperMinor).foreground : nil
  }

  /// The themes that come with the program.
  public static let all: [Theme] = [.dark, .light, .highContrast, .paper, .colorBlind]

  /// A theme by its name, nil where there is none.
  public static func named(_ name: String) -> Theme? { all.first { $0.name == name } }
}

extension Theme {
  /// White and yellow on black, nothing faint: for bright rooms and tired eyes.
  public static let highContrast = Theme(
    name: "high-contrast", foreground: Color(0xFFFFFF, ansi16: 15), background: Color(0x000000, ansi16: 0), paintsGround: true,
    swatches: Dictionary(
      uniqueKeysWithValues: Ink.allCases.map { ink -> (Ink, Swatch) in
        let white = Color(0xFFFFFF, ansi16: 15)
        let yellow = Color(0xFFFF00, ansi16: 11)
        let attributes = dark.swatch(of: ink).attributesWithoutColor.subtracting(.dim)
        switch ink {
        case .trace, .calibration, .plain, .question, .key, .traceDerived: return (ink, Swatch(white, .bold, withoutColor: attributes))
        case .heat0: return (ink, Swatch(Color(0xA0A0A0, ansi16: 8)))
        case .heat2: return (ink, Swatch(white, .bold))
        case .heat4: return (ink, Swatch(Color(0xFF9090, ansi16: 9), .bold))
        case .title, .accent, .threshold, .caution, .heat3, .bar: return (ink, Swatch(yellow, .bold, withoutColor: attributes))
        case .failure, .positive: return (ink, Swatch(Color(0xFF9090, ansi16: 9), .bold, withoutColor: attributes))
        case .selected: return (ink, Swatch(Color(0x000000, ansi16: 0), on: yellow, .bold, withoutColor: .reverse))
        case .saved: return (ink, Swatch(Color(0x80FF80, ansi16: 10), .bold, withoutColor: attributes))
        case .negative: return (ink, Swatch(Color(0x9FC8FF, ansi16: 14), .bold, withoutColor: attributes))
        case .traceAlternate: return (ink, Swatch(Color(0xFFFF80, ansi16: 14), .bold, withoutColor: attributes))
        case .paperMinor: return (ink, Swatch(Color(0x303030, ansi16: 7)))
        case .paperMajor: return (ink, Swatch(Color(0x909090, ansi16: 7)))
        case .border: return (ink, Swatch(Color(0xE0E0E0, ansi16: 7), .bold))
        case .faint, .barMuted, .heat1, .status: return (ink, Swatch(Color(0xE0E0E0, ansi16: 7)))
        }
      }
    )
  )

  /// Colours that people who confuse red and green tell apart: orange against blue, after Okabe and Ito's palette.
  public static let colorBlind = Theme(
    name: "color-blind", foreground: dark.foreground, background: dark.background, paintsGround: false,
    swatches: Dictionary(
      uniqueKeysWithValues: Ink.allCases.map { ink -> (Ink, Swatch) in
        let base = dark.swatch(of: ink)
        let orange = Color(0xE69F00, ansi16: 11)
        let sky = Color(0x56B4E9, ansi16: 14)
        let yellow = Color(0xF0E442, ansi16: 11)
        let color: Color? =
          switch ink {
          case .positive, .bar: orange
          case .negative, .traceDerived: sky
          case .trace, .calibration: Color(0xF5F5F5, ansi16: 15)
          case .traceAlternate: Color(0xF0E442, ansi16: 11)
          case .saved, .accent: sky
          case .caution, .threshold, .title: yellow
          case .failure: Color(0xFF8C42, ansi16: 11)
          case .heat0: Color(0x7A7F89, ansi16: 8)
          case .heat1: Color(0x4C8FBF, ansi16: 4)
          case .heat2: Color(0x8DA9B8, ansi16: 6)
          case .heat3: Color(0xE69F00, ansi16: 3)
          case .heat4: yellow
          default: base.foreground
          }
        return (ink, Swatch(color, on: base.background, base.attributes, withoutColor: base.attributesWithoutColor))
      }
    )
  )
}

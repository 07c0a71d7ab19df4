extension Theme {
  /// Light strokes on a dark ground.
  public static let dark = Theme(
    name: "dark", foreground: Color(0xD4D7DD, ansi16: 7), background: Color(0x14171C, ansi16: 0), paintsGround: false,
    swatches: [
      .faint: Swatch(Color(0x8A919E, ansi16: 7), withoutColor: .dim),
      .title: Swatch(Color(0xE6C07B, ansi16: 11), .bold),
      .accent: Swatch(Color(0x7FD1F0, ansi16: 14), .bold),
      .trace: Swatch(Color(0x9BE28A, ansi16: 10)),
      .traceAlternate: Swatch(Color(0xE8D98A, ansi16: 11)),
      .traceDerived: Swatch(Color(0x78B8C8, ansi16: 6)),
      .paperMinor: Swatch(Color(0x2B262D, ansi16: 8), withoutColor: .dim),
      .paperMajor: Swatch(Color(0x5C434C, ansi16: 8), withoutColor: .dim),
      .calibration: Swatch(Color(0xE8E8E8, ansi16: 15)),
      .positive: Swatch(Color(0xFF8F70, ansi16: 9), .bold),
      .negative: Swatch(Color(0x86B6F6, ansi16: 12)),
      .caution: Swatch(Color(0xF2C14E, ansi16: 11), .bold),
      .failure: Swatch(Color(0xFF6B6B, ansi16: 9), .bold, withoutColor: .reverse),
      .key: Swatch(Color(0xF0F0F0, ansi16: 15), .bold),
      .selected: Swatch(Color(0x0F1216, ansi16: 0), on: Color(0x9CC7E8, ansi16: 14), withoutColor: .reverse),
      .bar: Swatch(Color(0xFF9E6D, ansi16: 9)),
      .barMuted: Swatch(Color(0x7C8594, ansi16: 7)),
      .threshold: Swatch(Color(0xE6C07B, ansi16: 11)),
      .heat0: Swatch(Color(0x747B88, ansi16: 8)),
      .heat1: Swatch(Color(0x6F7FC0, ansi16: 4)),
      .heat2: Swatch(Color(0xB070C8, ansi16: 5)),
      .heat3: Swatch(Color(0xF07A8C, ansi16: 9)),
      .heat4: Swatch(Color(0xFFC857, ansi16: 11)),
      .border: Swatch(Color(0x6A7280, ansi16: 7), withoutColor: .dim),
      .status: Swatch(Color(0xAEB4BF, ansi16: 7)),
      .question: Swatch(Color(0xFFFFFF, ansi16: 15), .bold),
      .saved: Swatch(Color(0x9BE28A, ansi16: 10), .bold),
    ]
  )

  /// Dark strokes on a light ground.
  public static let light = Theme(
    name: "light", foreground: Color(0x22262C, ansi16: 0), background: Color(0xFFFFFF, ansi16: 15), paintsGround: false,
    swatches: [
      .faint: Swatch(Color(0x666D78, ansi16: 8), withoutColor: .dim),
      .title: Swatch(Color(0x7A4B00, ansi16: 0), .bold),
      .accent: Swatch(Color(0x005F87, ansi16: 4), .bold),
      .trace: Swatch(Color(0x111418, ansi16: 0)),
      .traceAlternate: Swatch(Color(0x6B2E8C, ansi16: 5)),
      .traceDerived: Swatch(Color(0x2A5D84, ansi16: 4)),
      .paperMinor: Swatch(Color(0xFBE9E9, ansi16: 7), withoutColor: .dim),
      .paperMajor: Swatch(Color(0xE9A9A9, ansi16: 7), withoutColor: .dim),
      .calibration: Swatch(Color(0x111418, ansi16: 0)),
      .positive: Swatch(Color(0xB3261E, ansi16: 1), .bold),
      .negative: Swatch(Color(0x1D4E9E, ansi16: 4)),
      .caution: Swatch(Color(0x8A5300, ansi16: 5), .bold),
      .failure: Swatch(Color(0xB00020, ansi16: 1), .bold, withoutColor: .reverse),
      .key: Swatch(Color(0x000000, ansi16: 0), .bold),
      .selected: Swatch(Color(0xFFFFFF, ansi16: 15), on: Color(0x1F5C8B, ansi16: 4), withoutColor: .reverse),
      .bar: Swatch(Color(0xB3401E, ansi16: 1)),
      .barMuted: Swatch(Color(0x717985, ansi16: 8)),
      .threshold: Swatch(Color(0x7A4B00, ansi16: 5)),
      .heat0: Swatch(Color(0x686F7A, ansi16: 8)),
      .heat1: Swatch(Color(0x4967B0, ansi16: 4)),
      .heat2: Swatch(Color(0x83389B, ansi16: 5)),
      .heat3: Swatch(Color(0xB3264C, ansi16: 1)),
      .heat4: Swatch(Color(0x6B0F1A, ansi16: 0)),
      .border: Swatch(Color(0x7A828E, ansi16: 8), withoutColor: .dim),
      .status: Swatch(Color(0x4A515B, ansi16: 0)),
      .question: Swatch(Color(0x000000, ansi16: 0), .bold),
      .saved: Swatch(Color(0x1B6B2F, ansi16: 2), .bold),
    ]
  )

  /// Black strokes on pink paper, as an electrocardiograph prints.
  public static let paper = Theme(
    name: "paper", foreground: Color(0x2B2226, ansi16: 0), background: Color(0xFFF4F1, ansi16: 15), paintsGround: true,
    swatches: Dictionary(
      uniqueKeysWithValues: Ink.allCases.map { ink in
        switch ink {
        case .trace, .calibration: (ink, Swatch(Color(0x000000, ansi16: 0)))
        case .traceAlternate: (ink, Swatch(Color(0x3B2A6B, ansi16: 4)))
        case .paperMinor: (ink, Swatch(Color(0xFBE3E0, ansi16: 7), withoutColor: .dim))
        case .paperMajor: (ink, Swatch(Color(0xE39A97, ansi16: 9), withoutColor: .dim))
        default: (ink, light.swatch(of: ink))
        }
      }
    )
  )
}

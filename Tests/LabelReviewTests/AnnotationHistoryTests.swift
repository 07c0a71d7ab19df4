import ECG
import LabelReview
import Testing

/// The rules of annotating, without a store: what stands after strokes, and what taking back takes back.
struct AnnotationHistoryTests {
  private static func beat(_ sample: Int, _ symbol: String = "N", channel: UInt8 = 0) -> Annotation {
    Annotation(sample: sample, code: AnnotationCode(symbol: symbol) ?? .normal, channel: channel)
  }

  private static func span(_ name: String, _ start: Int, _ end: Int, channel: UInt8 = 0) -> Annotation {
    Annotation(sample: start, endSample: end, code: .note, channel: channel, aux: AnnotationText("(" + name))
  }

  private static func symbols(_ history: AnnotationHistory) -> String {
    history.annotations.map { "\($0.code.symbol)\($0.sample)" }.joined(separator: " ")
  }

  @Test func ofAStrokeThatCannotBeMadeNothingIsMade() throws {
    var history = try AnnotationHistory([.change([.add(Self.beat(10)), .add(Self.beat(30)), .add(Self.span("NOISE", 5, 50))])])
    let before = history
    let strokes: [AnnotationStroke] = [
      .change([.delete(Self.beat(10)), .add(Self.beat(20)), .delete(Self.beat(99))]),
      .change([.delete(Self.beat(30)), .add(Self.beat(20)), .add(Self.beat(20, "V"))]),
      .change([.delete(Self.beat(30)), .add(Self.beat(20)), .add(Self.span("NOISE", 20, 60))]), .redo,
    ]
    for stroke in strokes {
      #expect(throws: StrokeFault.self) { try history.take(stroke) }
      #expect(history == before)
    }
    #expect(try history.changes(of: .undo).count == 3)
    #expect(throws: StrokeFault.nothingToRedo) { try history.changes(of: .redo) }
  }

  @Test func changesFollowOneAnotherAndUndoTakesBackTheLastFirst() throws {
    let (first, second, third) = (Self.beat(10), Self.beat(20), Self.beat(20, "V"))
    var history = try AnnotationHistory([.change([.add(second), .add(first)], source: "measured")])
    #expect(Self.symbols(history) == "N10 N20" && history.source == "measured" && history.canUndo && !history.canRedo)
    try history.take(.change([AnnotationChange(before: second, after: third)]))
    #expect(Self.symbols(history) == "N10 V20")
    try history.take(.change([.delete(first)]))
    #expect(Self.symbols(history) == "V20" && history.strokeCount == 3)
    try history.take(.undo)
    #expect(Self.symbols(history) == "N10 V20")
    try history.take(.undo)
    #expect(Self.symbols(history) == "N10 N20")
    try history.take(.redo)
    #expect(Self.symbols(history) == "N10 V20" && history.canRedo)
    // Another change: what was taken back stays so.
    try history.take(.change([.add(Self.beat(30))]))
    #expect(!history.canRedo && Self.symbols(history) == "N10 V20 N30")
    try history.take(.undo)
    try history.take(.undo)
    try history.take(.undo)
    #expect(history.annotations.isEmpty && !history.canUndo)
    #expect(throws: StrokeFault.nothingToUndo) { try history.take(.undo) }
    for _ in 0..<3 { try history.take(.redo) }
    #expect(Self.symbols(history) == "N10 V20 N30")
    #expect(throws: StrokeFault.nothingToRedo) { try history.take(.redo) }
  }

  @Test func whatCannotBeLeavesEverythingAsItWas() throws {
    var history = try AnnotationHistory([.change([.add(Self.beat(10)), .add(Self.span("AFIB", 100, 200))])])
    let before = history
    let impossible: [[AnnotationChange]] = [
      [.delete(Self.beat(11))], [.delete(Self.beat(10, "V"))], [.add(Self.beat(10))], [.add(Self.beat(10, "V"))],
      [.add(Self.beat(50)), .add(Self.beat(50))], [.add(Self.beat(-1))], [.add(Annotation(sample: 5, code: .none))],
      [.add(Annotation(sample: 5, code: AnnotationCode(rawValue: 50)))], [.add(Self.span("AFIB", 150, 300))],
      [.add(Self.span("AFIB", 90, 300))], [.add(Annotation(sample: 5, endSample: 4, code: .note, aux: "(X"))],
      [.add(Annotation(sample: 5, endSample: 9, code: .note))],
      [.add(Annotation(sample: 5, code: .note, aux: AnnotationText(String(repeating: "x", count: 256))))],
      [.add(Self.beat(60)), .delete(Self.beat(61))],
    ]
    for changes in impossible {
      #expect(throws: StrokeFault.self) { try history.take(.change(changes)) }
      #expect(history == before)
    }
  }

  @Test func stretchesOverlapBetweenKindsAndLeadsOnly() throws {
    var history = AnnotationHistory()
    try history.take(.change([.add(Self.span("AFIB", 100, 200)), .add(Self.span("NOISE", 150, 250)), .add(Self.span("AFIB", 200, 300))]))
    try history.take(.change([.add(Self.span("NOISE", 150, 250, channel: 3))]))
    #expect(throws: StrokeFault.overlaps(name: "NOISE")) { try history.take(.change([.add(Self.span("NOISE", 249, 260, channel: 3))])) }
    // One taken away makes room in the same stroke.
    try history.take(.change([.delete(Self.span("AFIB", 100, 200)), .add(Self.span("AFIB", 50, 150))]))
    #expect(history.annotations.count == 4)
  }

  @Test func twoBeatsAtOneSampleAreTwoSignals() throws {
    var history = try AnnotationHistory([.change([.add(Self.beat(10))])])
    try history.take(.change([.add(Self.beat(10, channel: 2)), .add(Annotation(sample: 10, code: .waveOnset))]))
    #expect(history.annotations.count == 3)
  }

  @Test func manyChangesAtOnceDoAsMuchAsOneByOne() throws {
    let beats = (0..<500).map { Self.beat($0 * 300) }
    var history = try AnnotationHistory([.change(beats.map { .add($0) })])
    try history.take(.change(beats.map { AnnotationChange(before: $0, after: Self.beat($0.sample, "V")) }))
    #expect(history.annotations.count == 500 && history.annotations.allSatisfy { $0.code.symbol == "V" })
    try history.take(.undo)
    #expect(history.annotations == beats)
    #expect(throws: StrokeFault.self) { try history.take(.change((beats + [Self.beat(1)]).map { .delete($0) })) }
    #expect(throws: StrokeFault.self) { try history.take(.change(beats.map { .add(Self.beat($0.sample, "V")) })) }
    #expect(history.annotations == beats)
  }

  @Test func strokesComeBackFromTheirForm() throws {
    let all = (1...49).map { code in
      Annotation(
        sample: code * 1_000_003, endSample: code == 22 ? code * 1_000_004 : nil, code: AnnotationCode(rawValue: UInt8(code)),
        subtype: Int8(code % 3 == 0 ? -128 : code), channel: UInt8(code * 5), number: Int8(code % 4 == 0 ? -1 : 0),
        aux: AnnotationText(bytes: (0..<code % 7).map { UInt8(($0 * 83 + code) % 256) }))
    }
    let strokes: [AnnotationStroke] = [
      .change(all.map { .add($0) }, source: "atr"), .change([.delete(all[3]), AnnotationChange(before: all[4], after: all[5])]), .undo,
      .redo,
      .change([]), .change([.add(Annotation(sample: 1 << 40, code: .note, aux: "é\"\\\n"))]),
      .change([.add(Annotation(sample: 1, code: .note, aux: AnnotationText(bytes: [0x4E, 0])))]),
    ]
    for stroke in strokes { #expect(AnnotationStroke(form: stroke.form) == stroke) }
    #expect(AnnotationStroke.undo.form == #"{"version":1,"do":"undo"}"#)
    let short = AnnotationStroke.change([.add(Annotation(sample: 7, code: .normal))])
    #expect(short.form == #"{"version":1,"do":"change","changes":[[null,[7,1]]]}"#)
    for text in [
      "", "{}", #"{"version":2,"do":"undo"}"#, #"{"version":1,"do":"x"}"#, #"{"version":1,"do":"change","changes":[[null,[7,300]]]}"#,
    ] {
      #expect(AnnotationStroke(form: text) == nil, "\(text)")
    }
  }
}

import ECG
import Testing

@Suite struct AnnotationTests {
  @Test func theTableHas49CodesEachWithAMnemonicOfItsOwn() {
    #expect(AnnotationCode.all.map(\.rawValue) == Array(1...49))
    #expect(Set(AnnotationCode.all.map(\.symbol)).count == 49)
    for code in AnnotationCode.all { #expect(AnnotationCode(symbol: code.symbol) == code) }
    #expect(AnnotationCode.all.filter { $0.meaning == nil }.map(\.rawValue) == [15, 17] + Array(42...49))
    // ecgcodes.h of the WFDB library, codes 1 to 41.
    let symbols = "N L R a V F J A S E j / Q ~ [15] | [17] s T * D \" = p B ^ t + u ? ! [ ] e n @ x f ( ) r"
    #expect(AnnotationCode.all.prefix(41).map(\.symbol) == symbols.split(separator: " ").map(String.init))
  }

  @Test func beatsAreThoseOfEcgmap() {
    #expect(AnnotationCode.all.filter(\.isBeat).map(\.rawValue) == Array(1...13) + [25, 30, 31, 34, 35, 38, 41])
    let kinds = Dictionary(grouping: AnnotationCode.all.filter { $0.beatKind != nil }, by: \.beatKind)
    #expect(kinds[.normal]?.map(\.symbol) == ["N", "L", "R", "B"])
    #expect(kinds[.supraventricular]?.map(\.symbol) == ["a", "J", "A", "S", "j", "e", "n"])
    #expect(kinds[.ventricular]?.map(\.symbol) == ["V", "E", "r"])
    #expect(kinds[.fusion]?.map(\.symbol) == ["F"])
    #expect(kinds[.unknown]?.map(\.symbol) == ["/", "Q", "?", "f"])
  }

  @Test func unknownMnemonicsAreNone() {
    for text in ["", "NN", "[59]", "[x]", "[-1]", "5"] { #expect(AnnotationCode(symbol: text) == nil, "\(text)") }
    #expect(AnnotationCode(symbol: "[50]")?.rawValue == 50)
    #expect(AnnotationCode(rawValue: 200).symbol == "[200]")
  }

  private func rhythm(_ sample: Int, _ aux: String, channel: UInt8 = 0) -> Annotation {
    Annotation(sample: sample, code: .rhythm, channel: channel, aux: AnnotationText(aux))
  }

  @Test func spansAreClosedByNameAndChannel() {
    let annotations = [rhythm(10, "(AFIB"), rhythm(20, "(AFIB", channel: 1), rhythm(30, "AFIB)"), rhythm(40, "(AFIB)", channel: 1)]
    let spans = annotations.spans(recordEnd: 100)
    #expect(spans == [AnnotatedSpan(name: "AFIB", start: 10, end: 30), AnnotatedSpan(name: "AFIB", channel: 1, start: 20, end: 40)])
  }

  @Test func rhythmsLastUntilTheNextAndNoiseUntilItIsClean() {
    let annotations = [
      rhythm(0, "(N\0"), Annotation(sample: 5, code: .noise, subtype: 1), rhythm(50, "(AFIB"), Annotation(sample: 60, code: .noise),
      Annotation(sample: 70, code: .fibrillationStart), Annotation(sample: 75, code: .fibrillationEnd),
    ]
    #expect(
      annotations.spans(recordEnd: 100) == [
        AnnotatedSpan(name: "N", start: 0, end: 50), AnnotatedSpan(name: "NOISE", start: 5, end: 60),
        AnnotatedSpan(name: "AFIB", start: 50, end: 100), AnnotatedSpan(name: "VF", start: 70, end: 75),
      ])
  }

  @Test func anEndWithoutAStartAndAStartAfterItsEndMakeNoSpan() {
    #expect([rhythm(10, "AFIB)")].spans(recordEnd: 100).isEmpty)
    let odd = [Annotation(sample: 10, endSample: 5, code: .note, aux: "(X")]
    #expect(odd.spans(recordEnd: 100).map(\.length) == [0])
  }
}

import ECG
import Foundation
import Testing

/// What a file may cost: no input of N bytes takes more than 64 MB and 16 N of memory, or a second and a microsecond a byte, whatever it says.
@Suite(.serialized) struct CostTests {
  /// An input that asks for more than it is.
  struct Greedy: Sendable, CustomStringConvertible {
    let target: String
    let description: String
    let bytes: @Sendable () -> [UInt8]

    init(_ target: String, _ description: String, _ bytes: @escaping @Sendable () -> [UInt8]) {
      self.target = target
      self.description = description
      self.bytes = bytes
    }
  }

  private static func text(_ parts: String...) -> [UInt8] { parts.flatMap { Array($0.utf8) } }
  /// How many rows of an input are made: a share of them in `make test`, all in `make fuzz`.
  private static func some(_ count: Int) -> Range<Int> {
    0..<(ProcessInfo.processInfo.environment["FUZZ_SECONDS"] == nil ? count * 2 / 5 : count)
  }

  private static func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  static let inputs: [Greedy] = [
    Greedy("header", "comments without text") { text("r 0\n", many("#\n", 190_000)) },
    Greedy("header", "comments of separators") { text("r 0\n#Dx: ", many("a,", 30_000), "\n#Dx: ", many(";", 60_000), "\n") },
    Greedy("header", "many signals of one file") { text("r 40000 500\n", many("r.dat 16\n", 40_000)) },
    Greedy("header", "one file under many names") {
      text("r 2000 500 1\n", (0..<2000).map { many("./", $0 % 200) + "r.dat 80 200\n" }.joined())
    },
    Greedy("header", "segments without end") { text("r/60000 1 500\n", many("p 3\n", 60_000)) },
    Greedy("header", "one segment under many names") {
      text("r/4000 1 500\n", (0..<4000).map { many("./", $0 % 1000) + "p 3\n" }.joined())
    },
    Greedy("header", "a gap of a year") { text("r/2 1 500 \(3 + 15_768_000_000)\np 3\n~ 15768000000\n") },
    Greedy("header", "a name without end") { text("r 1 500 6\nr.dat 16 200 16 0 0 0 0 ", many("x", 200_000), "\n") },
    Greedy("lead", "two million samples of one lead") { [UInt8](repeating: 128, count: 1_900_000) },
    Greedy("lead", "eight million samples of one lead") { [UInt8](repeating: 128, count: 8_000_000) },
    Greedy("list", "one record many times") { text(many("r\n", 1_000_000)) },
    Greedy("list", "names of nothing") { text(many("x\n", 1_000_000)) },
    Greedy("csv", "columns without end") { text(many(",", 4_000_000)) },
    Greedy("csv", "rows of one letter") { text("a\n", many("b\n", 2_000_000)) },
    Greedy("csv", "empty fields") { text(many(",", 999), "\n", many(many(",", 999) + "\n", 2000)) },
    Greedy("csv", "an endless quote") { text("a\n\"", many("\"\"", 2_000_000)) },
    Greedy("lines", "brackets") { text("{\"x\":", many("[", 2_000_000)) },
    Greedy("lines", "records without classes") { text(many("{\"record\":\"a\",\"classes\":[]}\n", 60_000)) },
    Greedy("lines", "classes without content") { text("{\"record\":\"a\",\"classes\":[", many("{},", 400_000), "{}]}\n") },
    Greedy("verdicts", "rows of three letters") { text("case,rater,verdict\n", (0..<400_000).map { "\($0),A,absent\n" }.joined()) },
    Greedy("verdicts", "a line of brackets") { text("{\"case\":", many("[", 2_000_000)) },
    Greedy("verdicts", "a line of members") { text("{", (0..<200_000).map { "\"\($0)\":1," }.joined(), "\"a\":1}\n") },
    Greedy("verdicts", "lines without content") { text(many("{}\n", 600_000)) },
    Greedy("verdicts", "lines of nothing") { text("{\n", many("\n", 4_000_000)) },
    Greedy("import", "rows of three letters") { text("case,rater,verdict\n", some(300_000).map { "\($0),A,absent\n" }.joined()) },
    Greedy("import", "raters without end") { text("case,rater,verdict\n", some(200_000).map { "1,\($0),absent\n" }.joined()) },
    Greedy("import", "labels and decisions") {
      text("case,rater,verdict\n", some(150_000).map { "\($0 / 2),\($0 % 2 == 0 ? "label" : "model"),absent\n" }.joined())
    },
    Greedy("import", "lines of three members") {
      text(some(150_000).map { "{\"case\":\"\($0)\",\"rater\":\"A\",\"verdict\":\"absent\"}\n" }.joined())
    },
    Greedy("import", "nothing but contradictions") {
      text("case,rater,verdict\n", some(300_000).map { "1,A,\($0 % 2 == 0 ? "absent" : "present")\n" }.joined())
    },
    Greedy("import", "one answer a case") {
      text("case,rater,verdict,diagnosis\n", some(100_000).map { "\($0),A,absent,\($0 % 2 == 0 ? "AF" : "PR")\n" }.joined())
    },
    Greedy("import", "one of 24 statements a case") {
      text(
        "case,rater,verdict,diagnosis\n", some(90_000).map { "\($0),A,absent,\(Diagnosis.all[$0 % 24].abbreviation)\n" }.joined())
    },
    Greedy("import", "a label and a decision a case") {
      text(
        "case,rater,verdict,diagnosis,probability\n",
        some(80_000).map { "\($0 / 2),\($0 % 2 == 0 ? "label" : "model"),absent,\(Diagnosis.all[$0 % 24].abbreviation),0\n" }.joined())
    },
    Greedy("import", "answers about a thousand statements") {
      text("case,rater,verdict,diagnosis\n", (0..<2000).map { "\($0),\($0 % 2 == 0 ? "A" : "label"),absent,d\($0 % 1000)\n" }.joined())
    },
    Greedy("import", "a diagnosis a row") {
      text("case,rater,verdict,diagnosis\n", some(200_000).map { "\($0),A,absent,\($0)\n" }.joined())
    },
    Greedy("answers", "one answer a case") {
      text("case,rater,verdict,diagnosis\n", some(300_000).map { "\($0),A,absent,\($0 % 2 == 0 ? "AF" : "PR")\n" }.joined())
    },
    Greedy("statements", "statements without end") {
      text("code,abbreviation,name\n", (0..<80_000).map { "\($0),a\($0),b\n" }.joined())
    },
    Greedy("decisions", "rows of one class") {
      text("record,path,code,probability,threshold,positive\n", some(150_000).map { "\($0),\($0),39732003,1,1,true\n" }.joined())
    },
    Greedy("decisions", "records without classes") {
      text(some(150_000).map { "{\"record\":\"\($0)\",\"path\":\"\($0)\",\"classes\":[]}\n" }.joined())
    },
    Greedy("outputs", "columns without end") { text(many("1,", 300_000), "1\n", many("0,", 300_000), "0\n", many("0,", 300_000), "0\n") },
    Greedy("labels", "a consensus of many records") {
      text("case,verdict,diagnosis\n", (0..<300_000).map { "\($0),absent,LAD\n" }.joined())
    },
    Greedy("labels", "records without codes") { text("record,scp_codes\n", (0..<300_000).map { "\($0),{}\n" }.joined()) },
    Greedy("labels", "records of one code") { text("record,codes\n", (0..<300_000).map { "\($0),39732003\n" }.joined()) },
    Greedy("audit", "measurements of nothing") { text(some(200_000).map { "{\"record\":\"\($0)\",\"beats\":[]}\n" }.joined()) },
    Greedy("audit", "scores of nothing") { text("record,path,score\n", some(200_000).map { "\($0),\($0),1\n" }.joined()) },
    Greedy("agreement", "cases without end") { text("case,rater,verdict\n", (0..<400_000).map { "\($0),A,absent\n" }.joined()) },
    Greedy("agreement", "raters without end") { text("case,rater,verdict\n", (0..<400_000).map { "1,\($0),absent\n" }.joined()) },
    Greedy("agreement", "showings without end") {
      text("case,rater,verdict,repeat\n", (0..<300_000).map { "1,A,absent,\($0)\n" }.joined())
    },
    Greedy("study", "a study of brackets") { text(many("[", 1_000_000), "\n") },
    Greedy("study", "cases without end") {
      text(
        FuzzTarget.studyLine, "\ncase,repeat,path,source,recording_digest,label,model,model_probability\n",
        (0..<200_000).map { "\($0),1,,,,,,\n" }.joined())
    },
    Greedy("table", "rows of two numbers") { text("sample,code\n", (0..<400_000).map { "\($0),1\n" }.joined()) },
    Greedy("table", "lines of brackets") { text("{\"sample\":", many("[", 1_000_000)) },
    Greedy("toml", "nested lists") { text("a = ", many("[", 60_000)) },
    Greedy("toml", "many tables") { text(many("[a]\n", 16_000)) },
    Greedy("keys", "escapes with letters") { text(many("\u{1B}x", 50_000)) },
    Greedy("keys", "sequences that do not end") { text(many("\u{1B}[1;", 50_000), many("1;", 50_000)) },
    Greedy("keys", "answers that do not end") { text(many("\u{1B}]1", 50_000), many("x", 100_000)) },
    Greedy("annotations", "nothing but skips") { Array([[UInt8]](repeating: [0, 0xEC, 0, 0, 0, 0], count: 400_000).joined()) },
  ]

  @Test(arguments: inputs) func nothingCostsMoreThanItsLengthJustifies(input: Greedy) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == input.target })
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cost-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let bytes = input.bytes()
    // A small input first, so that what a reader keeps for good is not counted.
    try? target.read(Array(bytes.prefix(8)), folder)
    let before = try Self.resident(peak: false)
    // Peaks are counted anew from here on (proc(5)).
    try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    let start = Date()
    try? target.read(bytes, folder)
    let seconds = Date().timeIntervalSince(start)
    let taken = try Self.resident(peak: true) - before
    #expect(taken <= (64 << 20) + 16 * bytes.count, "\(input): \(taken >> 20) MB for \(bytes.count) bytes")
    // Several machines' worth of room: a test is no measurement, but a square of the length would not fit.
    #expect(seconds <= 20 * (1 + Double(bytes.count) / 1_000_000), "\(input): \(seconds) s for \(bytes.count) bytes")
  }

  /// Bytes of memory in use, or most since the peak was forgotten.
  private static func resident(peak: Bool) throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(peak ? "VmHWM:" : "VmRSS:") })
    return try #require(line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }) * 1024
  }
}

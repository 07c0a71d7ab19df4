import ECG
import ECGFiles
import Foundation
import Testing

/// Headers that lie, loop, or point where they must not: each is refused in one line that says what is wrong.
struct HostileRecordTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let header: String
    let message: String
    init(_ header: String, _ message: String) {
      self.header = header
      self.message = message
    }
    var testDescription: String { String(header.prefix(80)) }
  }

  static let cases = [
    Case("", "r.hea: no record line; expected a WFDB header"),
    Case("# only a comment\n", "r.hea: no record line; expected a WFDB header"),
    Case("r\n", "r.hea, line 1: found nothing; expected the number of signals after the record's name"),
    Case("r twelve 500\n", "r.hea, line 1: found \"twelve\"; expected the number of signals after the record's name"),
    Case("r -1 500\n", "r.hea, line 1: found \"-1\"; expected the number of signals after the record's name"),
    Case("r 0 500 6\n", "r.hea: declares no signals"),
    Case("r 1000000 500 6\n", "r.hea, line 1: found \"1000000\"; expected at most 65536 signals"),
    Case(
      "r 99999999999999999999 500 6\n",
      "r.hea, line 1: found \"99999999999999999999\"; expected the number of signals after the record's name"),
    Case("r 2 500 3\nr.dat 16 200\n", "r.hea: declares 2 signals but has 1 signal lines"),
    Case("r 1 fast 6\nr.dat 16 200\n", "r.hea, line 1: found \"fast\"; expected a sampling rate"),
    Case("r 1 nan 6\nr.dat 16 200\n", "r.hea, line 1: found \"nan\"; expected a sampling rate"),
    Case("r 1 inf 6\nr.dat 16 200\n", "r.hea, line 1: found \"inf\"; expected a sampling rate"),
    Case("r 1 0 6\nr.dat 16 200\n", "r.hea: the sampling rate is 0.0 Hz; expected a number from 0.0001 to 1000000.0"),
    Case("r 1 -500 6\nr.dat 16 200\n", "r.hea: the sampling rate is -500.0 Hz; expected a number from 0.0001 to 1000000.0"),
    Case("r 1 1e999 6\nr.dat 16 200\n", "r.hea: the sampling rate is inf Hz; expected a number from 0.0001 to 1000000.0"),
    Case("r 1 500 -6\nr.dat 16 200\n", "r.hea, line 1: found \"-6\"; expected a number of samples"),
    Case("r 1 500 7\nr.dat 16 200\n", "r.dat: the signal file has 12 bytes, but its header declares samples that take 14"),
    Case("r 1 500 1000000000000000000\nr.dat 16 200\n", "r.hea: declares 1000000000000000000 samples; expected at most 1073741824"),
    Case("r 1 500 9223372036854775807\nr.dat 16x2 200\n", "r.hea: declares more samples than can be counted; expected at most 1073741824"),
    Case(
      "r 1 500 1\nr.dat 16x1000000000 200\n", "r.dat: the signal file has 12 bytes, but its header declares samples that take 2000000000"),
    Case("r 1 500\nr.dat 16x1000000000 200\n", "r.dat: holds no whole frame of samples"),
    Case("r 1 500 6\nr.dat 16x0 200\n", "r.hea, line 2: the signal has 0 samples a frame; expected at least 1"),
    Case("r 1 500 6\nr.dat 16+9223372036854775807 200\n", "r.hea: declares more samples than can be counted; expected at most 1073741824"),
    Case("r 1 500\nr.dat 16+9223372036854775807 200\n", "r.dat: holds no whole frame of samples"),
    Case("r 1 500 6\nr.dat 16+-2 200\n", "r.hea, line 2: the signal has a byte offset of -2; expected none or a positive number"),
    Case("r 1 500 6\nr.dat 16:-1 200\n", "r.hea, line 2: the signal has a skew of -1 frames; expected none or a positive number"),
    Case("r 1 500 6\nr.dat 16:7 200\n", "r.hea, line 2: a skew of 7 frames in a record of 6; expected a smaller one"),
    Case(
      "r 1 500 6\nr.dat 17 200 16 0 0 0 0 V1\n",
      "r.hea, line 2: lead V1 has the signal format 17; expected one of 8, 16, 24, 32, 61, 80, 160, 212, 310, 311"),
    Case(
      "r 1 500 6\nr.dat 516 200\n",
      "r.hea, line 2: the signal has the signal format 516; expected one of 8, 16, 24, 32, 61, 80, 160, 212, 310, 311"),
    Case("r 1 500 6\nr.dat sixteen 200\n", "r.hea, line 2: found \"sixteen\"; expected a signal format such as 16, 212x2 or 16:3+24"),
    Case("r 2 500 3\nr.dat 16 200\nr.dat 61 200\n", "r.hea, line 3: format 61 in r.dat, whose other signals have format 16"),
    Case(
      "r 1 500 6\nr.dat 16 -200 16 0 0 0 0 V1\n", "r.hea, line 2: lead V1 has a gain of -200.0 per mV; expected a number from 1e-9 to 1e12"),
    Case("r 1 500 6\nr.dat 16 nan\n", "r.hea, line 2: found \"nan\"; expected a gain such as 200(0)/mV"),
    Case("r 1 500 6\nr.dat 16 1e-300\n", "r.hea, line 2: the signal has a gain of 1e-300 per mV; expected a number from 1e-9 to 1e12"),
    Case("r 1 500 6\nr.dat 16 200(99999999999)\n", "r.hea, line 2: found \"200(99999999999)\"; expected a baseline such as (0)"),
    Case(
      "r 1 500 6\nr.dat 16 200 16 9223372036854775807\n",
      "r.hea, line 2: found \"9223372036854775807\"; expected an ADC zero such as 0"),
    Case("r 1 500 6\n- 16 200\n", "r.hea: the signal file \"-\" is standard input; expected a file beside the header"),
    Case(
      "r 1 500 6\n/etc/passwd 16 200\n", "r.hea: the signal file \"/etc/passwd\" is an absolute path; expected a file beside the header"),
    Case(
      "r 1 500 6\n../r.dat 16 200\n", "r.hea: the signal file \"../r.dat\" leaves the record's folder; expected a file beside the header"),
    Case(
      "r 1 500 6\nhttp://x/r.dat 16 200\n",
      "r.hea: the signal file \"http://x/r.dat\" is a network address; expected a file beside the header"),
    Case("r 1 500 6\nnowhere.dat 16 200\n", "nowhere.dat: no such file or folder"),
    Case("r 1 500 6\npipe 16 200\n", "pipe: is not a regular file"),
    Case("r 1 500 6\nsub 16 200\n", "sub: is not a regular file"),
    Case(
      "r 1 500 6\nescape.dat 16 200\n",
      "escape.dat: is a symbolic link out of the record's folder; expected a file beside the header, or --follow-links"),
    Case("r 1 500 6\0\nr.dat 16 200\n", "r.hea, line 1: a zero byte; expected text"),
    Case("r/0 1 500 6\n", "r.hea, line 1: found \"0\"; expected a positive number of segments"),
    Case("r/2 1 500 6\nr 6\n", "r.hea: declares 2 segments but has 1 segment lines"),
    Case("r/1 1 500 6\nr 6\n", "r.hea, segment r: is the record itself; expected a record of one segment"),
    Case("r/1 1 500 6\nnested 6\n", "r.hea, segment nested: has segments of its own; expected a record of one segment"),
    Case("r/1 1 500 6\n../part 6\n", "r.hea, segment ../part: leaves the record's folder; expected a record beside the header"),
    Case("r/1 1 500 6\nnothing 6\n", "nothing.hea: no such file or folder"),
    Case("r/1 1 500 7\npart 6\n", "r.hea: declares 7 samples, but its segments have 6 in all"),
    Case("r/1 1 500 5\npart 5\n", "r.hea, segment part: has 6 samples where the record's header says 5"),
    Case("r/1 1 250 6\npart 6\n", "r.hea, segment part: has 500.0 samples a second where the record has 250.0"),
    Case("r/1 2 500 6\npart 6\n", "r.hea, segment part: has 1 signals where the record has 2"),
    Case("r/1 1 500\n~ 6\n", "r.hea: every segment is a gap; expected at least one with samples"),
    Case("r/1 1 500\nvague 50000000\n", "part.dat: the signal file has 12 bytes, but its header declares samples that take 100000000"),
    Case("r/2 1 500\npart 6\n~ 1000000000000\n", "r.hea: declares 1000000000006 samples; expected at most 1073741824"),
    Case("r/2 1 500\npart 6\n~ 100000000\n", "r.hea: declares 100000006 samples; expected at most 16777380"),
    Case("r/2 1 500\npart 6\n~ 9223372036854775807\n", "r.hea: declares more samples than can be counted; expected at most 1073741824"),
  ]

  @Test("A lie is refused in one line", arguments: cases)
  func refused(_ hostile: Case) throws {
    let folder = try TemporaryFolder()
    let reference = try folder.record("r", header: hostile.header)
    try folder.write("part.dat", [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0])
    try folder.write("part.hea", "part 1 500 6\npart.dat 16 200\n")
    try folder.write("vague.hea", "vague 1\npart.dat 16 200\n")
    try folder.write("nested.hea", "nested/1 1 500 6\npart 6\n")
    try folder.write("sub/x.dat", [1, 0])
    mkfifo(folder.path + "/pipe", 0o600)
    symlink("/etc/passwd", folder.path + "/escape.dat")
    do {
      _ = try RecordFile.read(reference)
      Issue.record("expected a refusal: \(hostile.message)")
    } catch let error as ECGFileError {
      #expect(error.description == hostile.message)
      #expect(error.isMissingInput == hostile.message.hasSuffix("no such file or folder"))
    }
  }

  @Test("Where only samples are refused, the header still answers, with the refusal as a warning")
  func inspection() throws {
    let folder = try TemporaryFolder()
    let short = try folder.record("r", header: "r 2 500 5000\nr.dat 16 200 16 0 0 0 0 I\nr.dat 16 200 16 0 0 0 0 II\n#Age: 50\n")
    let facts = try RecordFile.inspect(short)
    #expect(facts.sampleCount == 5000 && facts.durationSeconds == 10 && facts.patient.ageYears == 50)
    #expect(facts.recordedLeads == [.i, .ii] && facts.derivedLeads == [.iii, .aVR, .aVL, .aVF])
    #expect(facts.warnings.map(\.description) == ["r.dat: the signal file has 12 bytes, but its header declares samples that take 20000"])

    let still = try RecordFile.inspect(folder.record("s", header: "s 1 0 6\ns.dat 16 200 16 0 1 21 0 I\n"))
    #expect(still.samplingRateHertz == nil && still.durationSeconds == nil && still.warnings.count == 1)

    let twice = try RecordFile.inspect(folder.record("t", header: "t 2 500 3\nt.dat 16 200 16 0 1 9 0 II\nt.dat 16 200 16 0 2 12 0 ii\n"))
    #expect(twice.warnings.map(\.description) == ["t: the signals \"II\" and \"ii\" both stand for lead II; expected one"])

    #expect(throws: ECGFileError.self) { try RecordFile.inspect(folder.reference("missing")) }
    #expect(throws: ECGFileError.self) { try RecordFile.inspect(folder.record("u", header: "u one\n")) }
  }

  @Test("A header of endless length or a single endless line is refused")
  func oversizedHeader() throws {
    let folder = try TemporaryFolder()
    let reference = folder.reference("r")
    try folder.write("r.hea", "# " + String(repeating: "x", count: 1 << 16))
    #expect(throws: ECGFileError.badHeader(file: "r.hea", line: 1, problem: "65538 bytes; expected a line of at most 65536")) {
      try RecordFile.read(reference)
    }
    try folder.write("r.hea", "r 1 500 6\nr.dat 16 200 16 0 0 0 0 " + String(repeating: "x", count: 4096))
    #expect(throws: ECGFileError.badHeader(file: "r.hea", line: 2, problem: "4120 bytes; expected a line of at most 4096")) {
      try RecordFile.read(reference)
    }
    try folder.write("r.hea", String(repeating: "\n", count: 200_001))
    #expect(
      throws: ECGFileError.badHeader(file: "r.hea", line: 200_001, problem: "more lines than any header has; expected at most 200000")
    ) {
      try RecordFile.read(reference)
    }
    let file = open(reference.url.path, O_WRONLY)
    ftruncate(file, 1 << 40)
    close(file)
    #expect(throws: ECGFileError.badHeader(file: "r.hea", line: nil, problem: "1099511627776 bytes; expected a header of at most 4194304"))
    {
      try RecordFile.read(reference)
    }
  }
}

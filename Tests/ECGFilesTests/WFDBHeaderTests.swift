import ECG
import ECGFiles
import Testing

/// The grammar of headers and their comments.
struct WFDBHeaderTests {
  private func read(_ header: String, samples: [Int16] = [1, 2, 3, 4, 5, 6]) throws -> SignalRecord {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) { try RecordFile.read(folder.record("r", header: header, samples: samples)) }
  }

  @Test("A header without rate, length and gain has 250 Hz, the file's length and 200 per mV with a warning")
  func defaults() throws {
    let record = try read("r 1\nr.dat 16\n")
    #expect(record.samplingRateHertz == 250)
    #expect(record.frameCount == 6)
    #expect(record.signals[0].unit == "mV")
    #expect(record.signals[0].name.isEmpty)
    #expect(record.signals[0].physicalValues == [0.005, 0.01, 0.015, 0.02, 0.025, 0.03])
    #expect(record.warnings.map(\.description) == ["line 2 of the header: the header gives no gain; 200 per mV assumed"])
  }

  @Test("A length of 0 is no length, a gain of 0 is no gain, and a missing baseline is the ADC zero")
  func zeros() throws {
    let record = try read("r 2 500 0\nr.dat 16 0 12 100 1 9 0 I\nr.dat 16 10 12 100 2 12 0 II\n")
    #expect(record.frameCount == 3)
    #expect(record.signals[1].physicalValues == [-9.8, -9.6, -9.4])
    #expect(record.warnings.map(\.description) == ["lead I: the header gives no gain; 200 per mV assumed"])
  }

  @Test("Rates, counters, times, dates, CR LF, tabs, blank lines and comments anywhere are taken as header(5) says")
  func recordLine() throws {
    let header =
      "# first\r\n\r\n r\t1  360.5/12.5(-3) 6 12:55:37 14/11/1984 \r\n#Age: 40\r\nr.dat\t16:0 1.052e+02(-5)/uV 16 0 1 21 0  Lead  II \r\n"
    let record = try read(header)
    #expect(record.samplingRateHertz == 360.5)
    #expect(record.comments == ["first", "Age: 40"])
    #expect(record.signals[0].name == "Lead  II")
    #expect(record.signals[0].unit == "uV")
    guard case .digital(_, let gain, let baseline) = record.signals[0].samples else { return }
    #expect(gain == 105.2 && baseline == -5)
    #expect(record.warnings.isEmpty)
  }

  @Test("A line that leaves out fields still has its name")
  func shortSignalLines() throws {
    let record = try read("r 3 250 2\nr.dat 16 200 V1 anterior\nr.dat 16 200 12 0 AVR\nr.dat 16 200 12 0 3 9 0\n")
    #expect(record.signals.map(\.name) == ["V1 anterior", "AVR", ""])
  }

  @Test("A wrong checksum and a wrong initial value are warnings that name the lead and both values")
  func wrongChecksum() throws {
    let record = try read("r 1 250 6\nr.dat 16 200 16 0 7 22 0 V3\n")
    #expect(
      record.warnings.map(\.description) == [
        "lead V3: the first sample is 1, but the header says 7",
        "lead V3: the checksum of the samples is 21, but the header says 22",
      ]
    )
  }

  @Test("A checksum holds modulo 65536, and with missing samples as either WFDB library counts them")
  func checksumForms() throws {
    #expect(try read("r 1 250 6\nr.dat 16 200 16 0 1 65557 0 V3\n").warnings.isEmpty)
    let folder = try TemporaryFolder()
    try folder.write("r.dat", [0x00, 0x08, 0x05])  // −2048, the mark of format 212, and 5
    for checksum in [5 - 2048, 5 - 32768] {
      try folder.write("r.hea", "r 1 250 2\nr.dat 212 200 12 0 -2048 \(checksum) 0 V3\n")
      let record = try RecordFile.read(folder.reference("r"))
      #expect(record.signals[0].digits == [nil, 5])
      #expect(record.warnings.isEmpty)
    }
  }

  @Test("Bytes after the declared samples are a warning")
  func surplusBytes() throws {
    #expect(
      try read("r 1 250 4\nr.dat 16 200 16 0 1 10 0 I\n").warnings.map(\.description) == [
        "r.dat: 4 bytes follow the last sample that the header declares"
      ])
  }

  @Test("Latin-1 headers are read")
  func latin1() throws {
    let folder = try TemporaryFolder()
    try folder.write("r.dat", [1, 0])
    try folder.write(
      "r.hea", Array("r 1 250 1\nr.dat 16 200/".utf8) + [0xB5] + Array("V 16 0 1 1 0 I\n# M".utf8) + [0xFC] + Array("ller\n".utf8))
    let record = try RecordFile.read(folder.reference("r"))
    #expect(record.signals[0].unit == "µV")
    #expect(record.comments == ["Müller"])
  }

  struct Comments: CustomTestStringConvertible, Sendable {
    let text: String
    var age: Int?
    var sex: Patient.Sex?
    var identifier: String?
    var diagnoses: [String] = []
    var testDescription: String { text }
  }

  @Test(
    "Comments in the forms of the Challenge, PTB, PTB-XL and LUDB",
    arguments: [
      Comments(text: "#Age: 81\n#Sex: Female\n#Dx: 164889003,59118001", age: 81, sex: .female, diagnoses: ["164889003", "59118001"]),
      Comments(text: "# Age: 61 \n# Sex: Male\n# Labels: CD", age: 61, sex: .male),
      Comments(text: "# age: 81\n# sex: female", age: 81, sex: .female),
      Comments(text: "#Age: NaN\n#Sex: Unknown\n#Dx: Unknown"),
      Comments(text: "#Age: old\n#Sex: -\n#Dx:\n#Dx"),
      Comments(text: "#Age: 300"),
      Comments(text: "#Patient: 3741\n#Fold: 6", identifier: "3741"),
      Comments(
        text: "# <age>: 25  <sex>: M  <diagnoses>: (none)  <medications>: (none)", age: 25, sex: .male
      ),
      Comments(
        text: "#<age>: 51\n#<sex>: F\n#<diagnoses>:\n#Rhythm: Sinus bradycardia.\n#Electric axis of the heart: left axis deviation. \n",
        age: 51, sex: .female, diagnoses: ["Rhythm: Sinus bradycardia.", "Electric axis of the heart: left axis deviation."]
      ),
      Comments(
        text: """
          # Diagnose:
          # Reason for admission: Myocardial infarction
          # Acute infarction (localization): infero-latera
          # Former infarction (localization): no
          # Additional diagnoses: Diabetes mellitus
          # Smoker: no
          """,
        diagnoses: ["Myocardial infarction", "Acute infarction (localization): infero-latera", "Diabetes mellitus"]
      ),
      Comments(text: "# Reason for admission: Healthy control\n# Additional diagnoses: n/a", diagnoses: ["Healthy control"]),
    ]
  )
  func comments(_ expected: Comments) throws {
    let record = try read("r 1 250 6\nr.dat 16 200 16 0 1 21 0 I\n" + expected.text)
    #expect(record.patient == Patient(ageYears: expected.age, sex: expected.sex, identifier: expected.identifier))
    #expect(record.diagnoses == expected.diagnoses)
  }
}

import Classification
import ECG
import Files
import Foundation
import PlainText
import SEResNet

extension PredictionRun {
  /// Refuses to go on behind what another run has written.
  ///
  /// - Throws: ``JobError`` that names both.
  func check(model other: String?, preprocessing: String?, precision: String?, in place: String) throws {
    guard let other else {
      throw JobError.badData("\(place): does not say which model made it; predict anew, without --resume")
    }
    let isSame = Self.short(other) == shortModel && preprocessing == self.preprocessing && precision == self.precision.rawValue
    guard !isSame else { return }
    let made = "model \(Self.short(other)) (\(preprocessing ?? "?"), \(precision ?? "?"))"
    let now = "model \(shortModel) (\(self.preprocessing), \(self.precision.rawValue))"
    throw JobError.badData(
      "\(place): made by \(made), and this run is of \(now); name the same --model and --precision, or another --output")
  }
}

/// Which run has written the challenge's files into a folder, and of which recordings: their own lines are all spoken for, so it stands in a hidden file beside
/// the folder, a line for the run and one for each recording.
struct ChallengeRun {
  private struct Note: Codable {
    let model: String
    let preprocessing: String
    let precision: String
  }

  private struct Finished: Codable {
    let record: String
    let digest: String

    enum CodingKeys: String, CodingKey {
      case record
      case digest = "recording_digest"
    }
  }

  /// The recordings whose files are in the folder, by the names of these.
  private(set) var finished: [ExactText: RecordingDigest] = [:]
  private let handle: FileHandle?

  /// Makes sure that a folder holds nothing of another run, and notes this one.
  ///
  /// - Throws: ``JobError`` that names both.
  init(_ folder: String, _ run: PredictionRun, goesOn: Bool) throws {
    let place = Self.place(folder)
    let isOurs = goesOn && Self.holdsOutputs(folder)
    let lines = isOurs ? ((try? Data(contentsOf: URL(fileURLWithPath: place))) ?? Data()).split(separator: UInt8(ascii: "\n")) : []
    let decoder = JSONDecoder()
    let note = lines.first.flatMap { try? decoder.decode(Note.self, from: $0) }
    if let note {
      try run.check(model: note.model, preprocessing: note.preprocessing, precision: note.precision, in: folder)
      for line in lines.dropFirst() {
        guard let entry = try? decoder.decode(Finished.self, from: line) else { continue }
        finished[ExactText(entry.record)] = RecordingDigest(hexadecimal: entry.digest)
      }
    }
    // Where there is no room beside the folder, a later run cannot tell; this one is none the worse.
    if note == nil {
      let own = Note(model: run.model, preprocessing: run.preprocessing, precision: run.precision.rawValue)
      try? OutputFile.write(Self.line(own), to: place, isDurable: false)
    }
    let descriptor = open(place, O_WRONLY | O_APPEND | O_CLOEXEC)
    handle = descriptor < 0 ? nil : FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// Notes that a recording's file is in the folder: a line at once, for parts of one run may write at the same time.
  func note(_ record: String, _ digest: RecordingDigest?) {
    guard let digest else { return }
    try? handle?.write(contentsOf: Self.line(Finished(record: record, digest: digest.description)))
  }

  private static func line(_ value: some Encodable) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return ((try? encoder.encode(value)) ?? Data()) + Data("\n".utf8)
  }

  private static func place(_ folder: String) -> String {
    let url = URL(fileURLWithPath: folder).standardizedFileURL
    return url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).einthoven-run.json").path
  }

  /// Whether a folder holds files of the challenge's form.
  private static func holdsOutputs(_ folder: String) -> Bool {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).contains { $0.hasSuffix(".csv") }
  }
}

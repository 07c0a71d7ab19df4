import Classification
import Files
import Foundation
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

/// Which run has written the challenge's files into a folder: their own lines are all spoken for, so it stands in a hidden file beside the folder.
enum ChallengeRun {
  private struct Note: Codable {
    let model: String
    let preprocessing: String
    let precision: String
  }

  private static func place(_ folder: String) -> String {
    let url = URL(fileURLWithPath: folder).standardizedFileURL
    return url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).einthoven-run.json").path
  }

  /// Whether a folder holds files of the challenge's form.
  private static func holdsOutputs(_ folder: String) -> Bool {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).contains { $0.hasSuffix(".csv") }
  }

  /// Makes sure that a folder holds nothing of another run, and notes this one.
  ///
  /// - Throws: ``JobError`` that names both.
  static func enter(_ folder: String, _ run: PredictionRun, goesOn: Bool) throws {
    let place = place(folder)
    // Files of which nobody says what made them are taken as they are.
    if goesOn, holdsOutputs(folder), let data = try? Data(contentsOf: URL(fileURLWithPath: place)),
      let note = try? JSONDecoder().decode(Note.self, from: data)
    {
      try run.check(model: note.model, preprocessing: note.preprocessing, precision: note.precision, in: folder)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    let note = Note(model: run.model, preprocessing: run.preprocessing, precision: run.precision.rawValue)
    // Where there is no room beside the folder, a later run cannot tell; this one is none the worse.
    guard let data = try? encoder.encode(note) else { return }
    try? OutputFile.write(data + Data("\n".utf8), to: place, isDurable: false)
  }
}

import Classification
import ECGFiles
import Files
import Foundation
import PlainText
import SEResNet

/// Where predictions go: standard output, a file that an interrupted run leaves behind for the next, or the challenge's folder.
public struct PredictionOutput {
  /// What a run writes, and where.
  public struct Settings {
    /// The form.
    public var format: PredictionFormat
    /// The file, or the challenge's folder; nil for standard output.
    public var path: String?
    /// Whether the records that an earlier run has finished are kept.
    public var resumes = false
    /// Which part of the records this run has: only the first has a header, only the last a footer.
    public var shard: Shard?

    /// A form and a place.
    public init(format: PredictionFormat, path: String?, resumes: Bool = false, shard: Shard? = nil) {
      self.format = format
      self.path = path
      self.resumes = resumes
      self.shard = shard
    }
  }

  private let settings: Settings
  private let run: PredictionRun
  private let print: (String) throws -> Void
  private var file: PartialFile?
  private let finished: FinishedRecords
  private var names: Set<ExactText> = []
  private var challenge: ChallengeRun?

  /// Opens the output of a run on some records; `print` writes to standard output what no file takes.
  ///
  /// - Throws: ``JobError``.
  public init(
    _ settings: Settings, run: PredictionRun, on references: [RecordReference] = [], print: @escaping (String) throws -> Void
  ) throws {
    self.settings = settings
    self.run = run
    self.print = print
    var finished = FinishedRecords(among: references)
    let hasHeader = settings.format == .csv && settings.shard?.isFirst ?? true
    let header = hasHeader ? CSVWriter.row(WrittenPrediction.columns) + "\n" : ""
    switch (settings.format, settings.path) {
    case (.challenge, nil): break
    case (.challenge, let folder?):
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw JobError.cannotCreate("\(folder): the folder cannot be made (\(error.fileCause))")
      }
      let challenge = try ChallengeRun(folder, run, goesOn: settings.resumes || settings.shard != nil)
      if settings.resumes { finished = FinishedRecords(folder: folder, run: challenge, among: references) }
      self.challenge = challenge
    case (_, let path?):
      if settings.resumes {
        finished = try FinishedRecords(file: path, format: settings.format, run: run, header: header, among: references)
      }
      file = try PartialFile(path: path, keeping: finished.kept)
      if finished.kept.isEmpty, !header.isEmpty { try file?.append(header) }
    case (_, nil): if !header.isEmpty { try print(header) }
    }
    self.finished = finished
  }

  /// Refuses records of one name, after which the challenge's files are called: one would be taken for the other.
  ///
  /// - Throws: ``JobError``.
  public static func checkNames(of references: [RecordReference], _ settings: Settings) throws {
    guard settings.format == .challenge else { return }
    var seen: [ExactText: RecordReference] = [:]
    for reference in references {
      guard let other = seen.updateValue(reference, forKey: ExactText(reference.name)) else { continue }
      throw JobError.badData(
        "\(reference.path): another record is named \(reference.name) too (\(other.path)); the challenge's files are named after records")
    }
  }

  /// The records that no earlier run has finished, in order.
  public var unfinished: [RecordReference] { finished.unfinished }

  /// How many records an earlier run has finished whose files hold other samples now.
  public var changedCount: Int { finished.changedCount }

  /// Whether a later run can go on where this one is interrupted.
  public var isResumable: Bool { settings.format == .challenge || (settings.format != .table && file?.isResumable == true) }

  /// Writes a record's prediction.
  ///
  /// - Throws: ``JobError``; in the challenge's form also where two records have one name, for its files are named after records.
  public mutating func write(_ prediction: RecordPrediction, of reference: RecordReference) throws {
    let written = WrittenPrediction(prediction, record: reference.name, path: reference.path, run: run)
    guard settings.format == .challenge else { return try emit(written.lines(settings.format)) }
    guard let folder = settings.path else { return }
    guard names.insert(ExactText(reference.name)).inserted else {
      throw JobError.badData(
        "\(reference.path): another record is named \(reference.name) too; the challenge's files are named after records")
    }
    let path = (folder as NSString).appendingPathComponent(reference.name + ".csv")
    do {
      try OutputFile.write(Array(written.challengeText.utf8), to: path, isDurable: false)
    } catch {
      throw JobError.cannotCreate("\(path): cannot be written (\(error.fileCause))")
    }
    challenge?.note(reference.name, prediction.recordingDigest)
  }

  /// Ends the output; a file gets its name only now, whole.
  ///
  /// `footer` stands beneath a table.
  public mutating func finish(footer: String) throws {
    if settings.format == .table, settings.shard?.isLast ?? true { try emit([footer]) }
    try file?.finish()
  }

  /// Ends the output before all is done; what is finished stays beside the file's place.
  public func abandon() { file?.abandon() }

  /// Writes a record's lines at once, so that a reader never finds half a record.
  private mutating func emit(_ lines: [String]) throws {
    let text = lines.reduce(into: "") { $0 += $1.withoutControlCharacters + "\n" }
    if file == nil { try print(text) } else { try file?.append(text) }
  }
}

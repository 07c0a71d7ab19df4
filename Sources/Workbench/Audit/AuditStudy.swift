import Agreement
import ECG
import ECGFiles
import Evaluation
import LabelReview

/// Turns the top of an audit's list, and others by chance, into a study that readers judge without seeing labels, model or list, and reads back what they found.
///
/// The most suspect records are one stratum, taken whole. The rest is two strata, labelled present and not, from each of which as many are drawn at random. The
/// study's frame says so, record by record, so that every verdict counts for as many records as it stands for.
public struct AuditStudy: Sendable {
  /// The study's name.
  public var name: String
  /// How many of the most suspect are read.
  public var top: Int
  /// How many of the others, half of them labelled present, or all there are.
  public var random: Int
  /// Determines the drawing and the readers' orders.
  public var seed: UInt64 = 1

  /// A study of so many records.
  public init(name: String, top: Int, random: Int) {
    self.name = name
    self.top = top
    self.random = random
  }

  /// A record of the list that can be drawn.
  public struct Candidate: Sendable {
    let record: AuditRecord
    let said: AuditedLabel

    /// A record, and what is known of its label.
    public init(_ record: AuditRecord, _ said: AuditedLabel) {
      self.record = record
      self.said = said
    }

    fileprivate var isPresent: Bool { said.label == .present }
    fileprivate var outcome: Outcome? {
      let decision: Verdict? = said.model == .unknown ? nil : said.model == .present ? .present : .absent
      return decision.flatMap { Outcome(label: isPresent ? .present : .absent, decision: $0) }
    }
  }

  /// Draws the study of a diagnosis.
  ///
  /// - Parameters:
  ///   - list: the records, the most suspect first; those without a label are in no stratum.
  ///   - modelDigest: that of the model whose probabilities are in the list, where it is known.
  /// - Throws: ``JobError`` where there is nothing to draw; what reading a drawn recording throws.
  public func draw(_ list: [Candidate], diagnosis: Diagnosis, modelDigest: String?) throws -> StudyDraft {
    let labelled = list.filter { $0.said.label != .unknown }
    var seen: Set<RecordingDigest> = []
    var strata: [SamplingFrame.Stratum] = []
    var drawn: [(candidate: Candidate, digest: RecordingDigest)] = []
    /// Takes so many of a stratum; a recording that lies in two places is one.
    func take(_ wanted: Int, of members: [Candidate], named name: String) throws {
      var stratum = SamplingFrame.Stratum(name: name, population: members.count, recordings: [])
      for member in members where stratum.recordings.count < wanted {
        let digest = try Recording(RecordFile.read(member.record.reference)).digest()
        guard seen.insert(digest).inserted else {
          stratum.population -= 1
          continue
        }
        stratum.recordings.append(digest.description)
        drawn.append((member, digest))
      }
      if stratum.population > 0 { strata.append(stratum) }
    }
    let suspects = Array(labelled.prefix(while: { $0.said.score != nil }).prefix(top))
    try take(suspects.count, of: suspects, named: "most suspect")
    let rest = labelled.dropFirst(suspects.count)
    let present = shuffled(rest.filter(\.isPresent), "present")
    let absent = shuffled(rest.filter { !$0.isPresent }, "absent")
    let ofPresent = min(present.count, max(random / 2, random - absent.count))
    try take(ofPresent, of: present, named: "others labelled \(diagnosis.abbreviation)")
    try take(random - ofPresent, of: absent, named: "others not labelled \(diagnosis.abbreviation)")
    guard !drawn.isEmpty else { throw JobError.badData("no record with a label to draw; nothing was made") }
    let sampling = frame(labelled, drawn.map(\.candidate), list, strata, modelDigest: modelDigest)
    var settings = StudySettings()
    settings.order = .shuffled
    settings.sampling = sampling
    let cases = drawn.map { candidate, digest in
      CaseDraft(
        record: candidate.record.reference.name, path: PlainStudy.casePath(candidate.record.reference), recordingDigest: digest,
        label: candidate.isPresent ? .present : .absent, source: candidate.record.source,
        decision: candidate.said.probability.map {
          ModelDecision(verdict: candidate.said.model == .present ? .present : .absent, probability: $0, modelDigest: modelDigest)
        })
    }
    return StudyDraft(
      name: name, diagnosisCode: diagnosis.code, question: "Is \(diagnosis.name) present?", blinding: [.labels, .model, .readers],
      cases: StudyDraft.arranged(cases, seed: seed), settings: settings)
  }

  private func shuffled(_ candidates: [Candidate], _ purpose: String) -> [Candidate] {
    var generator = SeededGenerator(seed: seed, purpose: "audit \(purpose)")
    // Which are drawn hangs on the seed alone, not on their order or scores.
    return generator.shuffled(candidates.sorted { $0.record.reference.path < $1.record.reference.path })
  }

  private func frame(
    _ labelled: [Candidate], _ drawn: [Candidate], _ list: [Candidate], _ strata: [SamplingFrame.Stratum], modelDigest: String?
  ) -> SamplingFrame {
    func counts(_ candidates: [Candidate]) -> [Outcome: Int] {
      Dictionary(candidates.compactMap { $0.outcome.map { ($0, 1) } }, uniquingKeysWith: +)
    }
    return SamplingFrame(
      seed: seed, frame: counts(labelled), requested: [:], taken: counts(drawn), unlabelled: list.count - labelled.count, unreadable: 0,
      repeated: 0, modelDigest: modelDigest, thresholds: [:], strata: strata)
  }

  // MARK: Verdicts

  /// What readers found in a study that an audit drew: of each reader, and of their consensus where two or more have judged; none for another study.
  ///
  /// - Throws: `ReviewStoreError`.
  public static func reviews(of study: Study, in store: any ReviewStoring) throws -> [ReviewedAudit] {
    guard let strata = study.settings.sampling?.strata else { return [] }
    let standing = try store.standingVerdicts(of: study).filter { $0.studyCase.repetition == 1 }
    var verdicts: [(rater: String, found: [RecordingDigest: (label: Verdict, verdict: Verdict)])] = []
    for entry in standing {
      guard let digest = entry.studyCase.digest, let label = entry.studyCase.label else { continue }
      if verdicts.last?.rater != entry.rater { verdicts.append((entry.rater, [:])) }
      verdicts[verdicts.count - 1].found[digest] = (label, entry.verdict)
    }
    if verdicts.count > 1 {
      var agreed: [RecordingDigest: (label: Verdict, verdict: Verdict)] = [:]
      for consensus in try store.consensus(of: study) {
        guard let digest = consensus.studyCase.digest, let label = consensus.studyCase.label, let verdict = consensus.verdict else {
          continue
        }
        agreed[digest] = (label, verdict)
      }
      if !agreed.isEmpty { verdicts.append((ReservedRater.consensus, agreed)) }
    }
    let seed = study.settings.sampling?.seed ?? 0
    return verdicts.map { rater, found in
      ReviewedAudit(study: study.name, rater: rater, strata: strata.map { Self.stratum($0, found) }, seed: seed)
    }
  }

  private static func stratum(
    _ stratum: SamplingFrame.Stratum, _ found: [RecordingDigest: (label: Verdict, verdict: Verdict)]
  ) -> ReviewEstimate.Stratum {
    var cells = [Int](repeating: 0, count: 4)
    for recording in stratum.recordings {
      // Unsure is not counted as reviewed.
      guard let entry = found[RecordingDigest(hexadecimal: recording)], entry.verdict != .unsure else { continue }
      cells[(entry.label == .present ? 0 : 2) + (entry.verdict == .present ? 0 : 1)] += 1
    }
    return ReviewEstimate.Stratum(
      name: stratum.name, population: stratum.population, presentPresent: cells[0], presentAbsent: cells[1], absentPresent: cells[2],
      absentAbsent: cells[3])
  }
}

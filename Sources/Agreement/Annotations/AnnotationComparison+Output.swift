import PlainText

extension AnnotationComparison {
  /// The members of the JSON object; null where there is nothing to divide by.
  public func json(record: String?) -> JSONValue {
    var members: [(String, JSONValue)] = [("record", JSONValue(record))]
    if record == nil { members.append(("records", .integer(recordCount))) }
    members.append(("matrix", matrixJSON))
    members += beatShares.map { ($0.name, Self.json($0.share)) }
    members.append(("rms_rr_error_ms", JSONValue(beats.rmsRRErrorMilliseconds)))
    members.append(("episodes", .object(EpisodeKind.allCases.map { ($0.rawValue, Self.json(episodes[$0] ?? EpisodeComparison())) })))
    members.append(("spans", .object(spans.sorted { $0.key < $1.key }.map { ($0.key, Self.json($0.value)) })))
    members.append(("boundaries", .object(orderedBoundaries.map { ($0.rawValue, Self.json($1)) })))
    members.append(("between_equals", equalsJSON))
    return .object(members)
  }

  private var matrixJSON: JSONValue {
    .object(
      BeatComparison.Label.allCases.map { row in
        let cells = Self.columns(ofRow: row).map { ($0.letter.lowercased(), JSONValue.integer(beats.count(reference: row, test: $0))) }
        return (row.letter, .object(cells))
      })
  }

  private var equalsJSON: JSONValue {
    let alphas = unitisedAlpha.sorted { $0.key < $1.key }
    return .object([
      ("matched_beats", .integer(matchedBeats.pairs)), ("reference_beats", .integer(matchedBeats.first)),
      ("test_beats", .integer(matchedBeats.second)), ("beat_agreement", JSONValue(beatAgreement)),
      ("unitised_alpha", .object(alphas.map { ($0.key, JSONValue($0.value.alpha)) })),
      ("unitised_alpha_joint", JSONValue(UnitisedAlpha.joint(unitisedAlpha.values).alpha)),
    ])
  }

  private var orderedBoundaries: [(BoundaryComparison.Point, BoundaryComparison)] {
    BoundaryComparison.Point.allCases.compactMap { point in boundaries[point].map { (point, $0) } }
  }

  private static func json(_ share: Share<Int>) -> JSONValue { share.of > 0 ? [.integer(share.hits), .integer(share.of)] : nil }
  private static func json(_ share: Share<Double>) -> JSONValue { share.of > 0 ? [.number(share.hits), .number(share.of)] : nil }

  private static func json(_ episodes: EpisodeComparison) -> JSONValue {
    .object([
      ("episode_sensitivity", json(episodes.episodeSensitivity)), ("episode_ppv", json(episodes.episodePositivePredictivity)),
      ("duration_sensitivity", json(episodes.durationSensitivity)), ("duration_ppv", json(episodes.durationPositivePredictivity)),
      ("reference_s", .number(episodes.durationSensitivity.of)), ("test_s", .number(episodes.durationPositivePredictivity.of)),
    ])
  }

  private static func json(_ spans: SpanComparison) -> JSONValue {
    let share = spans.intersectionOverUnion
    return .object([
      ("sensitivity", json(spans.sensitivity)), ("ppv", json(spans.positivePredictivity)),
      ("iou", share.of > 0 ? .number(share.hits / share.of) : nil), ("common_s", .number(share.hits)), ("either_s", .number(share.of)),
      ("start_error_ms", json(spans.startError)), ("end_error_ms", json(spans.endError)),
    ])
  }

  private static func json(_ boundary: BoundaryComparison) -> JSONValue {
    .object([
      ("sensitivity", json(boundary.sensitivity)), ("ppv", json(boundary.positivePredictivity)), ("error_ms", json(boundary.error)),
    ])
  }

  private static func json(_ errors: ErrorStatistics) -> JSONValue {
    .object([("n", .integer(errors.count)), ("mean", JSONValue(errors.mean)), ("sd", JSONValue(errors.standardDeviation))])
  }

  // MARK: CSV

  /// The columns of a row of CSV: beats and episodes, every share as its two counts.
  public static let csvColumns: [String] = {
    let shares = AnnotationComparison().beatShares.flatMap { ["\($0.name)_hits", "\($0.name)_of"] }
    let matrix = BeatComparison.Label.allCases.flatMap { row in columns(ofRow: row).map { row.letter + $0.letter.lowercased() } }
    let episodes = EpisodeKind.allCases.flatMap { kind in
      ["episode_sensitivity", "episode_ppv", "duration_sensitivity", "duration_ppv"].flatMap {
        ["\(kind.rawValue)_\($0)_hits", "\(kind.rawValue)_\($0)_of"]
      }
    }
    return ["record"] + shares + ["rms_rr_error_ms"] + matrix + episodes
  }()

  /// A row of CSV.
  public func csvFields(record: String) -> [String] {
    let shares = beatShares.flatMap { ["\($0.share.hits)", "\($0.share.of)"] }
    let matrix = BeatComparison.Label.allCases.flatMap { row in
      Self.columns(ofRow: row).map { "\(beats.count(reference: row, test: $0))" }
    }
    let counts = EpisodeKind.allCases.flatMap { kind -> [String] in
      let episode = episodes[kind] ?? EpisodeComparison()
      let numbers = [episode.episodeSensitivity, episode.episodePositivePredictivity].flatMap { ["\($0.hits)", "\($0.of)"] }
      let seconds = [episode.durationSensitivity, episode.durationPositivePredictivity]
      return numbers + seconds.flatMap { [JSONValue.number($0.hits).text, JSONValue.number($0.of).text] }
    }
    let error = beats.rmsRRErrorMilliseconds.map { JSONValue.number($0).text } ?? ""
    return [record] + shares + [error] + matrix + counts
  }

  // MARK: Text

  /// The comparison for people: the matrix as the AAMI prints it, then what is in it, then what there is of episodes, spans and boundaries.
  public var lines: [String] {
    var lines = ["      " + BeatComparison.Label.allCases.map { $0.letter.lowercased().right(in: 7) }.joined()]
    for row in BeatComparison.Label.allCases {
      lines.append(
        "  \(row.letter)   " + Self.columns(ofRow: row).map { "\(beats.count(reference: row, test: $0))".right(in: 7) }.joined())
    }
    let names = [
      "QRS sensitivity", "QRS positive predictivity", "VEB sensitivity", "VEB positive predictivity", "SVEB sensitivity",
      "SVEB positive predictivity",
    ]
    lines += zip(names, beatShares).map { Self.line($0, Self.text($1.share)) }
    lines.append(Self.line("RMS RR interval error", beats.rmsRRErrorMilliseconds.map { Self.decimals($0, 2) + " ms" } ?? "–"))
    for kind in EpisodeKind.allCases {
      guard let episode = episodes[kind], episode.episodeSensitivity.of + episode.episodePositivePredictivity.of > 0 else { continue }
      lines.append(
        Self.line(
          "\(kind.rawValue) episodes", "Se \(Self.text(episode.episodeSensitivity)), +P \(Self.text(episode.episodePositivePredictivity))"))
      lines.append(
        Self.line(
          "\(kind.rawValue) duration", "Se \(Self.text(episode.durationSensitivity)), +P \(Self.text(episode.durationPositivePredictivity))"
        ))
    }
    for (name, span) in spans.sorted(by: { $0.key < $1.key }) {
      let share = span.intersectionOverUnion
      let overlap = share.of > 0 ? Self.decimals(share.hits / share.of, 3) : "–"
      lines.append(
        Self.line("span \(name)", "Se \(Self.text(span.sensitivity)), +P \(Self.text(span.positivePredictivity)), IoU \(overlap)"))
    }
    for (point, boundary) in orderedBoundaries {
      lines.append(Self.line(point.rawValue, "Se \(Self.text(boundary.sensitivity)), \(Self.text(boundary.error))"))
    }
    if let beatAgreement { lines.append(Self.line("matched beats, of all", Self.decimals(beatAgreement, 4))) }
    for (name, alpha) in unitisedAlpha.sorted(by: { $0.key < $1.key }) {
      lines.append(Self.line("alpha of \(name)", alpha.alpha.map { Self.decimals($0, 4) } ?? "–"))
    }
    return lines
  }

  private static func line(_ name: String, _ value: String) -> String {
    "  " + (name + " ").padded(to: 28) + value
  }

  private static func text(_ share: Share<Int>) -> String {
    share.of > 0 ? "\(decimals(100 * Double(share.hits) / Double(share.of), 2))% (\(share.hits)/\(share.of))" : "– (0/0)"
  }

  private static func text(_ share: Share<Double>) -> String {
    share.of > 0 ? "\(decimals(100 * share.hits / share.of, 2))% (\(decimals(share.hits, 3))/\(decimals(share.of, 3)) s)" : "– (0/0 s)"
  }

  private static func text(_ errors: ErrorStatistics) -> String {
    guard let mean = errors.mean else { return "–" }
    return "\(decimals(mean, 1)) ± \(errors.standardDeviation.map { decimals($0, 1) } ?? "–") ms"
  }

  /// A number with so many decimals.
  private static func decimals(_ value: Double, _ count: Int) -> String {
    var scale = 1.0
    for _ in 0..<count { scale *= 10 }
    guard abs(value) < 1e12 else { return "\(value)" }
    let scaled = Int((abs(value) * scale).rounded())
    let whole = scaled / Int(scale)
    let rest = String(scaled % Int(scale))
    let sign = value < 0 && scaled != 0 ? "−" : ""
    return sign + "\(whole)" + (count > 0 ? "." + String(repeating: "0", count: count - rest.count) + rest : "")
  }
}

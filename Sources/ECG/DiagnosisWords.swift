/// The words in which headers state the 24 diagnoses: the one table of them.
///
/// A statement counts where it is one of these wordings as a whole, or begins with one that a comma or colon with details follows. Letter case,
/// hyphens, underscores and a full stop at the end do not count. What hedges ("possible", "cannot be excluded") is not read.
/// Sources: [L] the headers of the Lobachevsky database (LUDB 1.0.1, Kalyakulina et al. 2020); [P] the statements of PTB-XL
/// (`scp_statements.csv`, Wagner et al. 2020); [C] the classes of CPSC 2018 (Liu et al. 2018); [D] the names in the challenge's table of
/// diagnoses (Alday et al. 2020).
enum DiagnosisWords {
  /// What a statement says; nothing of what it does not speak of.
  struct Reading {
    var present: [Diagnosis] = []
    var absent: [Diagnosis] = []
  }

  /// Reads a statement in words.
  static func read(_ statement: String) -> Reading {
    guard statement.utf8.count <= 200 else { return Reading() }
    // Abbreviations are read as they are written: "PR" is pacing, "pr" may be anything.
    let trimmed = statement.trimmingWhitespace()
    if let diagnosis = byAbbreviation[trimmed] { return Reading(present: [diagnosis]) }
    let text = normalised(trimmed)
    for negation in ["no ", "without ", "absence of "] where text.hasPrefix(negation) {
      let denied = exact[String(text.dropFirst(negation.count))]
      return Reading(absent: denied?.present ?? [])
    }
    if let reading = exact[text] { return reading }
    guard let end = text.firstIndex(where: { $0 == "," || $0 == ":" }), let reading = exact[String(text[..<end])] else { return Reading() }
    let details = text[end...].split { !$0.isLetter }
    return details.contains(where: { hedges.contains(String($0)) }) ? Reading() : reading
  }

  /// All names of a diagnosis besides its abbreviation and its own name: other abbreviations, its merged code, the wordings of headers.
  static func synonyms(of diagnosis: Diagnosis) -> [String] {
    diagnosis.aliases + (diagnosis.mergedCode.map { [$0] } ?? [])
      + abbreviations.filter { $0.value == diagnosis.abbreviation }.map(\.key).sorted() + (wordings[diagnosis.abbreviation] ?? [])
  }

  private static let hedges: Set = [
    "no", "not", "none", "absent", "without", "possible", "possibly", "probable", "probably", "cannot", "excluded", "consider",
    "borderline",
    "questionable", "suspected", "negative", "unlikely", "resolved", "previous", "unknown",
  ]

  /// Wordings of diagnoses by abbreviation, besides the diagnosis' own name.
  private static let wordings: [String: [String]] = [
    "PR": [
      "pacemaker rhythm", "paced rhythm", "unipolar ventricular pacing", "bipolar ventricular pacing", "biventricular pacing",
      "unipolar atrial pacing", "bipolar atrial pacing",  // [L]
      "normal functioning artificial pacemaker",  // [P]
    ],
    "LQT": ["long qt interval", "prolonged qt", "long qt"],  // [P], [D]
    "AF": [],
    "AFL": [],
    "LBBB": ["complete left bundle branch block"],  // [L], [P]
    "QAb": ["qwave abnormal", "q wave abnormal", "q waves present", "abnormal q waves"],  // [D], [P]
    "TAb": ["t wave abnormal", "t wave abnormality", "abnormal t waves"],  // [D], [P]
    "LPR": ["long pr interval", "prolonged pr"],  // [P]
    "LQRSV": ["low qrs voltage", "low qrs voltages in the frontal and horizontal leads"],  // [D], [P]
    "IAVB": [
      "first degree av block", "1st degree av block", "i degree av block", "first degree atrioventricular block",
      "1st degree atrioventricular block", "1 degree av block",  // [L], [P], [C], [D]
    ],
    "PAC": [
      "atrial extrasystole", "atrial premature complex", "atrial premature contraction", "premature atrial complex",
      "supraventricular premature beats", "supraventricular premature beat", "premature atrial contractions",
      "atrial premature beat",  // [L], [P], [C], [D]
    ],
    "LAD": ["left axis"],
    "SB": [],
    "Brady": [],
    "SNR": ["normal sinus rhythm"],  // [D]
    "STach": [],
    "PVC": [
      "ventricular extrasystole", "ventricular premature complex", "premature ventricular contractions", "ventricular premature beats",
      "ventricular premature beat", "premature ventricular complex", "ventricular premature contraction",  // [L], [P], [C], [D]
    ],
    "SA": [],
    "LAnFB": ["left anterior hemiblock", "left anterior fascicular hemiblock"],  // [L]
    "RAD": ["right axis"],
    "TInv": ["inverted t waves", "inverted t wave", "t wave inversions"],  // [P], [D]
    "NSIVCB": [
      "non specific intravintricular conduction delay",  // [L], which writes it so
      "non specific intraventricular conduction delay", "nonspecific intraventricular conduction delay",
      "non specific intraventricular conduction disturbance (block)", "non specific intraventricular conduction disturbance",  // [P]
      "non specific intraventricular conduction disorder", "nonspecific intraventricular conduction block",  // [D]
    ],
    "IRBBB": [],
    "CRBBB": ["right bundle branch block"],  // [D]: scored as the complete one
  ]

  /// Abbreviations of the sources that are none of the challenge's.
  ///
  /// "NORM" and the other super-classes say nothing of any one diagnosis.
  private static let abbreviations: [String: String] = [
    "AFIB": "AF", "AFLT": "AFL", "CLBBB": "LBBB", "1AVB": "IAVB", "LAFB": "LAnFB", "SBRAD": "SB", "STACH": "STach", "SARRH": "SA",
    "LNGQT": "LQT", "LVOLT": "LQRSV", "QWAVE": "QAb", "INVT": "TInv", "PACE": "PR", "IVCD": "NSIVCB", "ALAD": "LAD", "ARAD": "RAD",  // [P]
    "I-AVB": "IAVB",  // [C]
  ]

  /// What LUDB's header says of the axis and of the rhythm: one value each, so that the others of its kind are absent.
  private static let topics: [(name: String, values: [(words: String, present: String?)], kind: [String])] = [
    (
      "electric axis of the heart",
      [
        ("normal", nil), ("vertical", nil), ("horizontal", nil), ("left axis deviation", "LAD"), ("right axis deviation", "RAD"),
      ], ["LAD", "RAD"]
    ),
    (
      "rhythm",
      [
        ("sinus rhythm", "SNR"), ("sinus bradycardia", "SB"), ("sinus tachycardia", "STach"), ("sinus arrhythmia", "SA"),
        ("atrial fibrillation", "AF"), ("atrial flutter", "AFL"), ("atrial flutter, typical", "AFL"), ("atrial flutter, atypical", "AFL"),
      ], ["SNR", "SB", "STach", "SA", "AF", "AFL"]
    ),
  ]

  /// Diagnoses that a statement of another of the same place denies: a bundle branch is blocked completely or not.
  private static let exclusions = ["IRBBB": ["CRBBB"], "CRBBB": ["IRBBB"], "LAD": ["RAD"], "RAD": ["LAD"]]

  private static let byAbbreviation: [String: Diagnosis] = {
    let own = Diagnosis.all.flatMap { diagnosis in ([diagnosis.abbreviation] + diagnosis.aliases).map { ($0, diagnosis) } }
    let foreign = abbreviations.compactMap { name, meant in Diagnosis.named(meant).map { (name, $0) } }
    return Dictionary(own + foreign) { first, _ in first }
  }()

  private static let exact: [String: Reading] = {
    var readings: [String: Reading] = [:]
    for diagnosis in Diagnosis.all {
      let denied = (exclusions[diagnosis.abbreviation] ?? []).compactMap { Diagnosis.named($0) }
      for words in [diagnosis.name] + (wordings[diagnosis.abbreviation] ?? []) {
        readings[normalised(words)] = Reading(present: [diagnosis], absent: denied)
      }
    }
    for (topic, values, kind) in topics {
      for (words, name) in values {
        let present = name.flatMap { Diagnosis.named($0) }
        let absent = kind.compactMap { Diagnosis.named($0) }.filter { $0 != present }
        readings[normalised("\(topic): \(words)")] = Reading(present: present.map { [$0] } ?? [], absent: absent)
      }
    }
    return readings
  }()

  /// Lower case, hyphens and underscores as blanks, single blanks, no full stop at the end.
  private static func normalised(_ text: String) -> String {
    var result = ""
    for character in text.lowercased() {
      let character: Character = character == "-" || character == "_" || character.isWhitespace ? " " : character
      if character != " " || result.last != " " { result.append(character) }
    }
    while let last = result.last, last == "." || last == " " { result.removeLast() }
    return result.trimmingWhitespace()
  }
}

extension Diagnosis {
  /// Other names by which a person or a header may call it: abbreviations of other sources, the merged code, wordings.
  public var synonyms: [String] { DiagnosisWords.synonyms(of: self) }
}

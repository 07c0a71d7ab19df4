/// The words in which headers state the 24 diagnoses: the one table of them.
///
/// A statement counts where it is one of these wordings as a whole, or begins with one that details follow after a comma or colon of which it is known
/// that they keep it true. Letter case, hyphens between letters, underscores and a full stop at the end do not count. What hedges ("possible", "cannot
/// be excluded"), and what stands beside a wording without being in the tables, leaves it unknown.
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
    if let reading = plain(text) { return reading }
    guard let end = text.firstIndex(where: { $0 == "," || $0 == ":" }), var reading = plain(String(text[..<end])) else { return Reading() }
    var rest = text[end...]
    // After a colon something must be said; a comma at the end is none.
    if rest.dropFirst().allSatisfy({ $0 == " " }) { return rest.first == "," ? reading : Reading() }
    rest = rest.dropFirst()
    var isValue = false
    for detail in rest.split(separator: ",", omittingEmptySubsequences: false) {
      if let more = plain(String(detail).trimmingWhitespace()) {
        reading.present += more.present
        reading.absent += more.absent
      } else if !keepsTrue(detail, isValue: &isValue) {
        return Reading()
      }
    }
    return reading
  }

  /// A wording, or the denial of one; nil where a text is neither.
  private static func plain(_ text: String) -> Reading? {
    if let reading = exact[text] { return reading }
    for negation in ["no ", "without ", "absence of "] where text.hasPrefix(negation) {
      return exact[String(text.dropFirst(negation.count))].map { Reading(absent: $0.present) }
    }
    return nil
  }

  /// Whether a detail after a wording keeps it true: words of which that is known, or the value of a field of which that is known.
  private static func keepsTrue(_ detail: Substring, isValue: inout Bool) -> Bool {
    var words = detail
    if let colon = detail.firstIndex(of: ":") {
      guard detailFields.contains(String(detail[..<colon]).trimmingWhitespace()) else { return false }
      words = detail[detail.index(after: colon)...]
      isValue = true
    }
    let parts = words.split { $0 == " " || $0 == "/" || $0 == "(" || $0 == ")" }
    let isTrue =
      isValue ? { $0.first?.isLetter == true && !qualifies(String($0)) } : { affirming.contains(String($0)) } as (Substring) -> Bool
    return !parts.isEmpty && parts.allSatisfy(isTrue)
  }

  // MARK: What is not read

  /// Whether a word may doubt or deny what it stands beside.
  static func qualifies(_ word: String) -> Bool { hedges.contains(word.lowercased()) }

  /// Whether a text says nothing by itself but may doubt or deny what stands before it.
  static func isQualifier(_ text: String) -> Bool {
    guard text.utf8.count <= 200 else { return false }
    let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }
    return !text.isEmpty && words.allSatisfy { hedges.contains(String($0)) || fillers.contains(String($0)) }
  }

  /// The diagnoses that a text names, and whether it speaks of more than those and what qualifies them.
  static func mentions(in text: String) -> (diagnoses: [Diagnosis], speaksOfMore: Bool) {
    guard (2...200).contains(text.utf8.count) else { return ([], true) }
    let words = text.split { !$0.isLetter && !$0.isNumber }.map { String($0) }
    let lower = words.map { $0.lowercased() }
    var found: [Diagnosis] = []
    var (place, speaksOfMore) = (0, false)
    while place < words.count {
      if let wording = wordingsByFirstWord[lower[place]]?.first(where: { lower[place...].starts(with: $0.words) }) {
        found += wording.diagnoses
        place += wording.words.count
        continue
      }
      if let diagnosis = byAbbreviation[words[place]] {
        found.append(diagnosis)
      } else if !isQualifier(words[place]) {
        speaksOfMore = true
      }
      place += 1
    }
    return (found, speaksOfMore)
  }

  /// The statement of SCP-ECG, as PTB-XL writes it, that a diagnosis is; its own abbreviation where it has none.
  static func scpCode(of diagnosis: Diagnosis) -> String {
    abbreviations.filter { $0.value == diagnosis.abbreviation }.map(\.key).min() ?? diagnosis.abbreviation
  }

  /// All names of a diagnosis besides its abbreviation and its own name: other abbreviations, its merged code, the wordings of headers.
  static func synonyms(of diagnosis: Diagnosis) -> [String] {
    diagnosis.aliases + (diagnosis.mergedCode.map { [$0] } ?? [])
      + abbreviations.filter { $0.value == diagnosis.abbreviation }.map(\.key).sorted() + (wordings[diagnosis.abbreviation] ?? [])
  }

  /// Words that doubt or deny.
  private static let hedges: Set = [
    "no", "not", "none", "absent", "without", "possible", "possibly", "probable", "probably", "cannot", "excluded", "exclude", "consider",
    "borderline", "questionable", "suspected", "suspicious", "negative", "unlikely", "likely", "resolved", "previous", "previously",
    "unknown", "ruled",
    "rule", "out", "denied", "denies", "false", "n", "f", "neg", "nil", "0", "history", "past", "former", "formerly", "prior",
    "unconfirmed",
    "uncertain", "unclear", "doubtful", "query", "equivocal", "maybe", "perhaps", "never", "disappeared", "was", "vs", "versus",
  ]

  /// Words that stand among them.
  private static let fillers: Set = [
    "a", "an", "the", "in", "of", "on", "by", "be", "is", "has", "been", "can", "could", "may", "might", "to", "and", "or", "per",
    "patient", "patients",
    "clinically", "confirmed", "proven", "seen", "present", "evident", "longer", "since", "now", "yet", "r", "o",
  ]

  /// Words that leave a diagnosis true.
  private static let affirming: Set = [
    "yes", "true", "present", "confirmed", "definite", "positive", "mild", "moderate", "severe", "marked", "extreme", "slight",
    "significant",
    "paroxysmal", "persistent", "permanent", "chronic", "acute", "new", "typical", "atypical", "frequent", "occasional", "rare", "isolated",
    "single",
    "multiple", "multifocal", "unifocal", "polymorphic", "monomorphic", "interpolated", "intercalary", "couplet", "couplets", "triplet",
    "triplets",
    "bigeminy", "trigeminy", "with", "rapid", "slow", "fast", "ventricular", "atrial", "response", "pvc", "pac", "sa", "nodal",
    "extrasystole",
    "anterior", "posterior", "inferior", "lateral", "septal", "apical", "wall", "leads",
  ]

  /// Fields that say more of a diagnosis, whatever their value: LUDB's.
  private static let detailFields: Set = ["type", "morphology", "localisation", "localization"]  // [L]

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
    "SR": "SNR", "TAB_": "TAb", "LNGQT": "LQT", "LVOLT": "LQRSV", "QWAVE": "QAb", "INVT": "TInv", "PACE": "PR", "IVCD": "NSIVCB",
    "ALAD": "LAD", "ARAD": "RAD",  // [P]
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

  /// The words that deny all 24 at once; no source has them, corrected headers do.
  static let noneOfAll = "none of the 24 scored diagnoses"

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
    readings[noneOfAll] = Reading(absent: Diagnosis.all)
    return readings
  }()

  /// The wordings by their first words, the longest first.
  private static let wordingsByFirstWord: [String: [(words: [String], diagnoses: [Diagnosis])]] = {
    let wordings = exact.filter { !$0.value.present.isEmpty && !$0.key.contains(":") }.map { text, reading in
      (words: text.split { !$0.isLetter && !$0.isNumber }.map { String($0) }, diagnoses: reading.present)
    }
    return Dictionary(grouping: wordings) { $0.words.first ?? "" }.mapValues { $0.sorted { $0.words.count > $1.words.count } }
  }()

  /// Lower case, underscores and hyphens between letters as blanks, single blanks, no full stop at the end.
  private static func normalised(_ text: String) -> String {
    var result = ""
    let characters = Array(text.lowercased())
    for (index, character) in characters.enumerated() {
      // A hyphen that joins nothing is a minus.
      let joins =
        character == "-" && index > 0 && index + 1 < characters.count && characters[index - 1].isLetter && characters[index + 1].isLetter
      let character: Character = joins || character == "_" || character.isWhitespace ? " " : character
      if character != " " || result.last != " " { result.append(character) }
    }
    while let last = result.last, last == "." || last == " " { result.removeLast() }
    return result.trimmingWhitespace()
  }
}

extension Diagnosis {
  /// Other names by which a person or a header may call it: abbreviations of other sources, the merged code, wordings.
  public var synonyms: [String] { DiagnosisWords.synonyms(of: self) }

  /// The statement of SCP-ECG, as PTB-XL writes it, that this is; the abbreviation where it has none.
  public var scpCode: String { DiagnosisWords.scpCode(of: self) }
}

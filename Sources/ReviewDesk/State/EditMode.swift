import ECG
import ECGPaper
import LabelReview

/// What the reader annotated on the open recording.
struct OwnAnnotations: Sendable {
  /// All that was done, strokes on their way to the store included.
  private(set) var history: AnnotationHistory
  /// What stands after it, to be drawn.
  private(set) var layer: AnnotationLayer
  /// How many strokes the store has confirmed.
  private(set) var confirmed: Int
  /// How many strokes there were when the case was said to be done, in a study of annotation; nil while it is not.
  var done: Int?

  /// Whether something was changed after the case was said to be done.
  var isChangedSince: Bool { done.map { $0 != history.strokeCount } ?? false }

  /// What is drawn of a history.
  struct Look: Sendable {
    /// The reader's name, which is the layer's.
    let name: String
    let samplingRateHertz: Double
    let sampleCount: Int
    let leadOfSignal: [Lead?]

    func layer(_ annotations: [Annotation]) -> AnnotationLayer { layer(of: name, annotations) }

    /// The layer of another reader on the same recording.
    func layer(of name: String, _ annotations: [Annotation]) -> AnnotationLayer {
      AnnotationLayer(
        name: name, annotations, samplingRateHertz: samplingRateHertz, sampleCount: sampleCount, leadOfSignal: leadOfSignal)
    }
  }

  /// What the store holds.
  init(_ history: AnnotationHistory, done: Int? = nil, look: Look) {
    self.history = history
    self.done = done
    layer = look.layer(history.annotations)
    confirmed = history.strokeCount
  }

  /// Draws it anew, once it is known to which leads marks belong.
  mutating func redraw(_ look: Look) { layer = look.layer(history.annotations) }

  /// Makes a stroke.
  ///
  /// - Throws: `StrokeFault`; nothing has changed then.
  mutating func take(_ stroke: AnnotationStroke, look: Look) throws(StrokeFault) {
    try history.take(stroke)
    layer = look.layer(history.annotations)
  }

  /// The store has so many strokes.
  mutating func confirm(_ count: Int) { confirmed = max(confirmed, count) }

  /// Strokes that are on their way to the store.
  var pending: Int { history.strokeCount - confirmed }
}

/// The edit mode: where the caret is, and what the next keys act upon.
struct EditMode: Sendable {
  /// The sample that keys act upon.
  var caret: Int
  /// Where a range begins that ends at the caret; nil where only the caret counts.
  var anchor: Int?
  /// Where a stretch begins whose end is not marked yet.
  var spanStart: Int?
  /// The stretch that waits for its name.
  var span: ClosedRange<Int>?
  /// Whether marks go to the nearest R peak, onset or offset.
  var snaps = true
  /// Whether new marks belong to the lead of the rhythm strip, and not to all.
  var isForOneLead = false
  /// Whether the next mnemonic is for every beat shaped as the one at the caret.
  var isForShape = false
  /// Changes that wait for a confirmation, since some are of beats off the screen.
  var question: [AnnotationChange]?
  /// The caret where something was deleted last, as long as nothing else was done.
  var deletedAt: Int?

  /// The overlay that asks for a stretch's name.
  static let stretchMenu = "stretches"

  /// A caret at a sample.
  init(caret: Int) { self.caret = caret }

  /// Begins a range at the caret, or puts it away.
  mutating func turnRange() { anchor = anchor == nil ? caret : nil }

  /// The samples that keys act upon at once.
  var range: ClosedRange<Int>? { anchor.map { min($0, caret)...max($0, caret) } }
}

extension DeskState {
  /// Whether keys annotate: the edit mode is on, the paper lies open, and no line is being typed.
  var takesAnnotations: Bool { edit != nil && entry == nil && overlay == .none }

  /// How the reader's own annotations are drawn on the open recording; nil where nothing is judged, or no trace is there.
  var ownLook: OwnAnnotations.Look? {
    guard let study, let recording else { return nil }
    return OwnAnnotations.Look(
      name: study.reviewer, samplingRateHertz: recording.samplingRateHertz, sampleCount: recording.sampleCount,
      leadOfSignal: layers.leadOfSignal)
  }

  /// What the reader annotated on the open recording, in order of time.
  package var ownAnnotations: [Annotation] { own?.history.annotations ?? [] }

  /// The place of the reader's own layer: behind those of the files and of other readers.
  var ownPlace: LayerPlace { LayerPlace(layers.files.count + layers.readers.count + 1) }

  /// Whether the study asks for marks.
  var asksForMarks: Bool { study?.study.annotating != nil }

  /// The samples of all R peaks that the program found.
  var rPeakSamples: [Int] { display?.rPeaks ?? [] }

  /// The signal by which a mark belongs to the lead of the rhythm strip; nil where it has none, or is the first, whose number means all.
  var signalOfStrip: UInt8? {
    guard let index = layers.leadOfSignal.firstIndex(of: paper.rhythmLead), index > 0 else { return nil }
    return UInt8(exactly: index)
  }

  /// The signal of new marks: 0 for all leads.
  var channelOfMarks: UInt8 { edit?.isForOneLead == true ? signalOfStrip ?? 0 : 0 }

  /// The reader's own point nearest to the caret, within a tenth of a second.
  func ownPoint(near sample: Int, where isWanted: (Annotation) -> Bool = { _ in true }) -> Annotation? {
    guard let recording, let own else { return nil }
    let reach = Int(recording.samplingRateHertz / 10)
    let annotations = own.history.annotations
    let near = annotations[annotations.firstIndex(atOrAfter: sample - reach)..<annotations.firstIndex(atOrAfter: sample + reach + 1)]
    return near.filter { $0.endSample == nil && isWanted($0) }.min { abs($0.sample - sample) < abs($1.sample - sample) }
  }

  /// The caret of the edit mode, and where a range or a stretch begins.
  var editMarks: [PaperMark] {
    guard let edit, let rate = recording?.samplingRateHertz else { return [] }
    let starts = [edit.anchor, edit.spanStart].compactMap { $0 }
    return starts.map { PaperMark(.caret(isActive: false), at: Double($0) / rate) } + [
      PaperMark(.caret(isActive: true), at: Double(edit.caret) / rate)
    ]
  }
}

extension [Annotation] {
  /// The place of the first annotation that stands at a sample or behind it; they are in order of time.
  func firstIndex(atOrAfter sample: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].sample < sample { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// The stretches that can be marked: the one table of them.
///
/// Readers may type names of their own.
enum SpanName {
  /// A name with its code and what it is.
  struct Entry: Sendable {
    let name: String
    let code: AnnotationCode
    let words: String
  }

  static let table: [Entry] = [
    Entry(name: "NOISE", code: .note, words: "noise"),
    Entry(name: "AFIB", code: .rhythm, words: "atrial fibrillation"),
    Entry(name: "AFL", code: .rhythm, words: "atrial flutter"),
    Entry(name: "VT", code: .rhythm, words: "ventricular tachycardia"),
    Entry(name: "SVTA", code: .rhythm, words: "supraventricular tachyarrhythmia"),
    Entry(name: "P", code: .rhythm, words: "paced rhythm"),
    Entry(name: "ST+", code: .stChange, words: "ST elevation"),
    Entry(name: "ST-", code: .stChange, words: "ST depression"),
    Entry(name: "LEADOFF", code: .note, words: "lead off"),
  ]

  /// The entries whose name or words a text begins; all for none.
  static func matching(_ text: String) -> [Entry] {
    let wanted = text.lowercased()
    guard !wanted.isEmpty else { return table }
    return table.filter { entry in
      entry.name.lowercased().hasPrefix(wanted) || entry.words.split(separator: " ").contains { $0.lowercased().hasPrefix(wanted) }
    }
  }

  /// A name of the reader's own as files can hold it; nil where nothing of it can.
  static func own(_ text: String) -> Entry? {
    let name = text.uppercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber || "+-_".contains($0)) }.prefix(40)
    return name.isEmpty ? nil : Entry(name: String(name), code: .note, words: "your own")
  }
}

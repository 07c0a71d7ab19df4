import ECG
import ECGPaper
import LabelReview

/// What annotators marked on the open recording, and which of it the reader wants to see.
struct Layers: Sendable {
  /// The annotators whose files lie beside the recording.
  var files: [AnnotationLayer] = []
  /// What the study's readers marked, for somebody who settles where they differ; drawn from ``readerMarks``.
  var readers: [AnnotationLayer] = []
  /// The same, as it was stored.
  var readerMarks: [ReaderMarks] = []
  /// Files beside it that cannot be read as annotations, with the reason.
  var problems: [String] = []
  /// The lead of each of the record's signals, by which a mark can belong to one.
  var leadOfSignal: [Lead?] = []
  /// The annotators' names of the study's other readers.
  var ofOtherReaders: Set<String> = []
  /// Those that are off, by name; ``measured`` is what the program measures itself.
  var off: Set<String> = []

  /// The name of the layer of what is measured.
  static let measured = AnnotationStroke.measuredSource

  /// Another recording is opened: what is off stays off.
  mutating func forgetRecord() {
    files = []
    readers = []
    readerMarks = []
    problems = []
    leadOfSignal = []
  }
}

/// One layer as the menu of layers lists it.
struct LayerEntry: Sendable {
  /// Its name.
  let name: String
  /// Its place and sign.
  let place: LayerPlace
  /// Whether it is on the paper.
  let isOn: Bool
  /// How much there is in it, in words.
  let contents: String
}

extension DeskState {
  /// The layers that the study does not hide, whether on or off: what is measured first, then each file.
  var layerEntries: [LayerEntry] {
    var entries: [LayerEntry] = []
    if !isHidden(.measurements) {
      let count = display.map { "\($0.findings.measurements.beats.count) beats" } ?? "being worked out"
      entries.append(LayerEntry(name: Layers.measured, place: LayerPlace(0), isOn: !layers.off.contains(Layers.measured), contents: count))
    }
    return entries
      + (visibleFiles + readerLayers + ownLayers).map { layer, place in
        let bands = layer.bands.isEmpty ? "" : ", \(layer.bands.count) stretches"
        return LayerEntry(
          name: layer.name, place: place, isOn: !layers.off.contains(layer.name), contents: "\(layer.points.count) marks" + bands)
      }
  }

  /// The layers of the study's readers, each with its place.
  private var readerLayers: [(layer: AnnotationLayer, place: LayerPlace)] {
    layers.readers.enumerated().map { ($1, LayerPlace(layers.files.count + $0 + 1)) }
  }

  /// The reader's own layer, where something was ever annotated.
  private var ownLayers: [(layer: AnnotationLayer, place: LayerPlace)] {
    own.flatMap { $0.history.strokeCount > 0 ? [($0.layer, ownPlace)] : nil } ?? []
  }

  /// The marks of the reader's own layer; while it is edited it is on.
  func ownMarks(in stretch: ClosedRange<Double>) -> [PaperMark] {
    ownLayers.filter { edit != nil || !layers.off.contains($0.layer.name) }.flatMap { $0.layer.marks(in: stretch, at: $0.place) }
  }

  /// The files' layers that the study does not hide, each with its place, which it keeps whatever is on or off.
  private var visibleFiles: [(layer: AnnotationLayer, place: LayerPlace)] {
    // What somebody marked on a recording can tell its label.
    guard !isHidden(.labels) else { return [] }
    // What the reader's own file holds is the reader's layer. Readers of a study do not see one another's, unless they settle what others said.
    let ownFile = own.map { $0.history.strokeCount > 0 } == true ? study?.reviewer.annotatorName : nil
    let others = study?.isAdjudicating == true && !isHidden(.readers) ? [] : layers.ofOtherReaders
    return layers.files.enumerated().filter { $1.name != ownFile && !others.contains($1.name) }.map { ($1, LayerPlace($0 + 1)) }
  }

  /// The files' layers that are on the paper.
  var shownFiles: [(layer: AnnotationLayer, place: LayerPlace)] { visibleFiles.filter { !layers.off.contains($0.layer.name) } }

  /// The layers of others that are on the paper: files, then readers.
  private var shownLayers: [(layer: AnnotationLayer, place: LayerPlace)] {
    shownFiles + readerLayers.filter { !layers.off.contains($0.layer.name) }
  }

  /// The marks of the layers of others where the paper shows a stretch of the recording.
  func layerMarks(in stretch: ClosedRange<Double>) -> [PaperMark] { shownLayers.flatMap { $0.layer.marks(in: stretch, at: $0.place) } }

  /// The layers on the paper with their signs: `¹atr ²qrs`.
  var layerLegend: String {
    (shownLayers + ownLayers.filter { edit != nil || !layers.off.contains($0.layer.name) }).map { layer, place in
      (place.sign.map { String(Character($0)) } ?? "") + layer.name
    }.joined(separator: " ")
  }
}

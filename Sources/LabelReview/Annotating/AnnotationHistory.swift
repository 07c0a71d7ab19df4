import ECG

/// A reader's annotations of one recording, as the strokes leave them: what stands, and what taking back takes back.
///
/// The rules are these. A change in force can be taken back, the last first; what was taken back can be done again, the last first, until another change is
/// made. What is changed or deleted must be there. No annotation is there twice, and no two beats of one signal at one sample. Stretches of different kinds
/// may overlap, those of one kind (code, name and signal) may not.
public struct AnnotationHistory: Sendable, Equatable {
  /// The annotations that stand, in order of time.
  public private(set) var annotations: [Annotation] = []
  /// How many strokes there were.
  public private(set) var strokeCount = 0
  /// The layer that the annotations began with; nil before the first change, and where they began with nothing.
  public private(set) var source: String?
  private var done: [[AnnotationChange]] = []
  private var takenBack: [[AnnotationChange]] = []

  /// Nothing is annotated.
  public init() {}

  /// The annotations after strokes, the oldest first.
  ///
  /// - Throws: ``StrokeFault``, where they are not those of one reader on one recording.
  public init(_ strokes: some Sequence<AnnotationStroke>) throws(StrokeFault) {
    for stroke in strokes { try take(stroke) }
  }

  /// Whether there is a change to take back.
  public var canUndo: Bool { !done.isEmpty }
  /// Whether there is a change to make again.
  public var canRedo: Bool { !takenBack.isEmpty }

  /// The changes that a stroke makes.
  ///
  /// - Throws: ``StrokeFault`` where there is nothing to take back, or to make again.
  public func changes(of stroke: AnnotationStroke) throws(StrokeFault) -> [AnnotationChange] {
    switch stroke {
    case .change(let changes, _): return changes
    case .undo:
      guard let changes = done.last else { throw .nothingToUndo }
      return changes.reversed().map(\.reversed)
    case .redo:
      guard let changes = takenBack.last else { throw .nothingToRedo }
      return changes
    }
  }

  /// Takes the next stroke; nothing has changed where it throws.
  ///
  /// - Throws: ``StrokeFault``.
  public mutating func take(_ stroke: AnnotationStroke) throws(StrokeFault) {
    try apply(try changes(of: stroke))
    switch stroke {
    case .change(let changes, let source):
      done.append(changes)
      takenBack = []
      if let source { self.source = source }
    case .undo: if let changes = done.popLast() { takenBack.append(changes) }
    case .redo: if let changes = takenBack.popLast() { done.append(changes) }
    }
    strokeCount += 1
  }

  // MARK: Changes

  /// More changes than these at once are cheaper by one walk over all annotations.
  private static let fewChanges = 32

  private mutating func apply(_ changes: [AnnotationChange]) throws(StrokeFault) {
    let added = changes.compactMap(\.after)
    for annotation in added { try Self.check(annotation) }
    let removed = changes.compactMap(\.before)
    guard changes.count > Self.fewChanges else { return try applyFew(removed, added) }
    var next = annotations
    try Self.remove(removed, from: &next)
    try Self.insert(added, into: &next)
    if added.contains(where: { $0.endSample != nil }) { try Self.checkOverlaps(in: next) }
    annotations = next
  }

  /// Changes a few annotations where they stand: a copy of a day's beats takes longer than that.
  private mutating func applyFew(_ removed: [Annotation], _ added: [Annotation]) throws(StrokeFault) {
    var (taken, put): ([Annotation], [Annotation]) = ([], [])
    do throws(StrokeFault) {
      for annotation in removed {
        try Self.remove([annotation], from: &annotations)
        taken.append(annotation)
      }
      for annotation in added {
        try Self.insert([annotation], into: &annotations)
        put.append(annotation)
      }
      if added.contains(where: { $0.endSample != nil }) { try Self.checkOverlaps(in: annotations) }
    } catch {
      for annotation in put { annotations.remove(at: annotations.place(of: annotation)) }
      for annotation in taken { annotations.insert(annotation, at: annotations.place(of: annotation)) }
      throw error
    }
  }

  private static func check(_ annotation: Annotation) throws(StrokeFault) {
    guard (1...49).contains(annotation.code.rawValue) else { throw .impossible("\(annotation.code.rawValue) is no code from 1 to 49") }
    guard (0...Annotating.mostSamples).contains(annotation.sample) else {
      throw .impossible("\(annotation.sample) is no sample of a recording")
    }
    if let end = annotation.endSample {
      guard (annotation.sample...Annotating.mostSamples).contains(end) else {
        throw .impossible("a stretch cannot end at \(end) before it begins")
      }
      guard annotation.openedSpan != nil else { throw .impossible("a stretch needs a name such as (AFIB") }
    }
    guard annotation.aux.bytes.count <= 255 else { throw .impossible("a text of more than 255 bytes") }
  }

  private static func remove(_ removed: [Annotation], from annotations: inout [Annotation]) throws(StrokeFault) {
    guard removed.count > fewChanges else {
      for annotation in removed {
        let place = annotations.place(of: annotation)
        guard place < annotations.count, annotations[place] == annotation else {
          throw .notThere(symbol: annotation.code.symbol, sample: annotation.sample)
        }
        annotations.remove(at: place)
      }
      return
    }
    var wanted = Set(removed)
    guard wanted.count == removed.count else { throw .impossible("one annotation is deleted twice") }
    annotations.removeAll { wanted.remove($0) != nil }
    if let missing = wanted.first { throw .notThere(symbol: missing.code.symbol, sample: missing.sample) }
  }

  private static func insert(_ added: [Annotation], into annotations: inout [Annotation]) throws(StrokeFault) {
    if added.count > fewChanges {
      annotations = (annotations + added).sorted { $0.comes(before: $1) }
      for (first, second) in zip(annotations, annotations.dropFirst()) where first.clashes(with: second) {
        throw .alreadyThere(symbol: first.code.symbol, sample: first.sample)
      }
      return
    }
    for annotation in added {
      let place = annotations.place(of: annotation)
      // Whatever clashes stands at the same sample.
      let before = annotations[..<place].reversed().prefix { $0.sample == annotation.sample }
      let after = annotations[place...].prefix { $0.sample == annotation.sample }
      if let other = (before + after).first(where: { $0.clashes(with: annotation) }) {
        throw .alreadyThere(symbol: other.code.symbol, sample: other.sample)
      }
      annotations.insert(annotation, at: place)
    }
  }

  private struct SpanKind: Hashable {
    let name: String
    let code: AnnotationCode
    let channel: UInt8
  }

  private static func checkOverlaps(in annotations: [Annotation]) throws(StrokeFault) {
    var ends: [SpanKind: Int] = [:]
    for annotation in annotations {
      guard let end = annotation.endSample, let name = annotation.openedSpan else { continue }
      let kind = SpanKind(name: name, code: annotation.code, channel: annotation.channel)
      if let before = ends[kind], before > annotation.sample { throw .overlaps(name: name) }
      ends[kind] = end
    }
  }
}

extension Annotation {
  /// Whether it stands before another in order: by time, then by all else, so that there is one order only.
  ///
  /// Beats come first among what stands at one sample, side by side.
  fileprivate func comes(before other: Annotation) -> Bool {
    if sample != other.sample { return sample < other.sample }
    if code.isBeat != other.code.isBeat { return code.isBeat }
    let (mine, others) = (order, other.order)
    if mine != others { return mine.lexicographicallyPrecedes(others) }
    return aux.bytes.lexicographicallyPrecedes(other.aux.bytes)
  }

  private var order: [Int] { [Int(channel), Int(code.rawValue), endSample ?? -1, Int(subtype), Int(number)] }

  /// Whether both cannot be there.
  fileprivate func clashes(with other: Annotation) -> Bool {
    guard sample == other.sample else { return false }
    return self == other || (code.isBeat && other.code.isBeat && channel == other.channel)
  }
}

extension [Annotation] {
  /// Where an annotation stands in the order, or would be put.
  fileprivate func place(of annotation: Annotation) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].comes(before: annotation) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

import ECG
import TerminalUI

/// The place of a layer of annotations on the paper, and its sign: told apart from others without colours.
///
/// The letters of place 0, what was measured, stand in the first row of a strip without a sign; those of the layers after it a row lower each, with a raised
/// number behind them.
public struct LayerPlace: Sendable, Hashable {
  /// Which layer, from 0.
  public let index: Int

  /// The place of a layer.
  public init(_ index: Int) { self.index = index }

  private static let signs: [Unicode.Scalar] = ["¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]

  /// What stands behind its letters; nil at place 0.
  public var sign: Unicode.Scalar? { index == 0 ? nil : Self.signs[(index - 1) % Self.signs.count] }
}

/// What one annotator marked, ready to be drawn: letters and boundaries at moments, bands over stretches.
public struct AnnotationLayer: Sendable, Equatable {
  /// A moment that is marked.
  public struct Point: Sendable, Equatable {
    /// When, in seconds of the recording.
    public let seconds: Double
    /// The mnemonic, and for a comment what it says.
    public let text: String
    /// What it marks.
    public let code: AnnotationCode
    /// The lead it belongs to; nil where it belongs to all.
    public let lead: Lead?
  }

  /// A stretch that is marked.
  public struct Band: Sendable, Equatable {
    /// What it is: `AFIB`, `NOISE`.
    public let name: String
    /// When, in seconds of the recording.
    public let seconds: ClosedRange<Double>
    /// The lead it belongs to; nil where it belongs to all.
    public let lead: Lead?
  }

  /// The annotator's name.
  public let name: String
  /// The annotations that it was made of; of several annotators together, none.
  public let annotations: [Annotation]
  /// What is marked at moments, in order of time.
  public private(set) var points: [Point] = []
  /// The stretches, in order of their starts.
  public private(set) var bands: [Band] = []

  /// How many annotations there are: points and bands.
  public var count: Int { points.count + bands.count }

  /// A layer of one annotator.
  ///
  /// - Parameters:
  ///   - annotations: Its annotations, at the record's rate, in order of time.
  ///   - leadOfSignal: The lead of each of the record's signals. What belongs to signal 0 belongs to all, as WFDB has it.
  ///   - lead: The one lead that all of it belongs to, as the files of LUDB have it; nil where the signals say so.
  ///   - sampleCount: The record's length: where what is never closed ends.
  public init(
    name: String, _ annotations: [Annotation], samplingRateHertz rate: Double, sampleCount: Int?, leadOfSignal: [Lead?] = [],
    lead: Lead? = nil
  ) {
    self.name = name
    self.annotations = annotations
    let owners = Owners(leadOfSignal: leadOfSignal, lead: lead)
    draw(annotations, rate, end: sampleCount ?? annotations.last?.sample ?? 0, owners)
    settle()
  }

  /// A layer that is drawn anew where single annotations change, see ``redraw(_:_:samplingRateHertz:sampleCount:leadOfSignal:)``; it keeps none of them.
  public init(
    changing name: String, _ annotations: [Annotation], samplingRateHertz rate: Double, sampleCount: Int, leadOfSignal: [Lead?]
  ) {
    self.name = name
    self.annotations = []
    draw(annotations, rate, end: sampleCount, Owners(leadOfSignal: leadOfSignal, lead: nil))
    settle()
  }

  /// To which leads marks belong.
  private struct Owners {
    let leadOfSignal: [Lead?]
    let lead: Lead?

    func callAsFunction(_ channel: UInt8) -> Lead? {
      lead ?? (channel > 0 && Int(channel) < leadOfSignal.count ? leadOfSignal[Int(channel)] : nil)
    }
  }

  private mutating func draw(_ annotations: [Annotation], _ rate: Double, end: Int, _ owner: Owners) {
    for annotation in annotations.withoutSpans where annotation.sample >= 0 {
      let comment = annotation.code == .note ? annotation.aux.text.shown(upTo: Self.longestComment) : ""
      points.append(
        Point(
          seconds: Double(annotation.sample) / rate, text: annotation.code.symbol + comment, code: annotation.code,
          lead: owner(annotation.channel)))
    }
    bands += annotations.spans(recordEnd: end).filter { $0.end >= 0 }.map { span in
      Band(
        name: span.name.shown(upTo: Self.longestComment), seconds: Double(max(0, span.start)) / rate...Double(max(0, span.end)) / rate,
        lead: owner(span.channel))
    }
  }

  /// Draws anew what begins at a sample.
  ///
  /// - Parameter marks: all annotations that begin there, in order. Of pairs of codes that begin and end a stretch, such as `[` and `]`, all is to be drawn anew.
  public mutating func redraw(
    _ sample: Int, _ marks: [Annotation], samplingRateHertz rate: Double, sampleCount: Int, leadOfSignal: [Lead?]
  ) {
    let seconds = Double(sample) / rate
    var fresh = AnnotationLayer(
      changing: name, marks, samplingRateHertz: rate, sampleCount: sampleCount, leadOfSignal: leadOfSignal)
    points.replaceSubrange(firstPoint(atOrAfter: seconds)..<firstPoint(atOrAfter: seconds.nextUp), with: fresh.points)
    guard !fresh.bands.isEmpty || bands.contains(where: { $0.seconds.lowerBound == seconds }) else { return }
    fresh.bands += bands.filter { $0.seconds.lowerBound != seconds }
    bands = fresh.bands
    settleBands()
  }

  /// Several annotators as one layer, as where each lead has a file of its own.
  public init(name: String, joining layers: [AnnotationLayer]) {
    self.name = name
    annotations = []
    points = layers.flatMap(\.points)
    bands = layers.flatMap(\.bands)
    settle()
  }

  private static let longestComment = 24

  private mutating func settle() {
    points.sort { $0.seconds < $1.seconds }
    settleBands()
  }

  private mutating func settleBands() { bands.sort { $0.seconds.lowerBound < $1.seconds.lowerBound } }

  /// More moments than these on the paper leave no room for their letters; beats of the usual kind then have none.
  private static let mostNamed = 60
  /// More than these are not drawn at all: they would be one grey area.
  private static let mostDrawn = 600

  /// What is to be drawn where the paper shows a stretch of the recording.
  public func marks(in stretch: ClosedRange<Double>, at place: LayerPlace) -> [PaperMark] {
    let shown = points[firstPoint(atOrAfter: stretch.lowerBound)..<firstPoint(atOrAfter: stretch.upperBound.nextUp)]
    // Twelve leads' files mark one beat twelve times.
    let perLead = Dictionary(grouping: shown.filter { $0.code.isBeat }, by: \.lead).values.map(\.count).max() ?? 0
    let hasRoom = perLead <= Self.mostNamed
    let named = hasRoom ? Array(shown) : shown.filter { $0.code != .normal && ![.waveOnset, .waveEnd].contains($0.code) }
    let letters = named.count > Self.mostDrawn ? [] : named
    return bands(in: stretch).map { band in
      PaperMark(
        .band(name: band.name, seconds: band.seconds.upperBound - band.seconds.lowerBound, place), at: band.seconds.lowerBound,
        on: band.lead)
    }
      + letters.map { point in
        switch point.code {
        case .waveOnset: PaperMark(.parenthesis("(", place), at: point.seconds, on: point.lead)
        case .waveEnd: PaperMark(.parenthesis(")", place), at: point.seconds, on: point.lead)
        default: PaperMark(.letter(point.text, place, hasLine: hasRoom && point.code.isBeat), at: point.seconds, on: point.lead)
        }
      }
  }

  private func firstPoint(atOrAfter seconds: Double) -> Int {
    var (low, high) = (0, points.count)
    while low < high {
      let middle = (low + high) / 2
      if points[middle].seconds < seconds { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func bands(in stretch: ClosedRange<Double>) -> [Band] {
    bands.prefix { $0.seconds.lowerBound <= stretch.upperBound }.filter { $0.seconds.upperBound >= stretch.lowerBound }
  }
}

extension String {
  /// So many characters of a text of a file as cells can show them: what takes another width than one cell, control characters included, is U+FFFD.
  fileprivate func shown(upTo count: Int) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in unicodeScalars.prefix(count) { shown.append(scalar.cellWidth == .one ? scalar : "\u{FFFD}") }
    return String(shown)
  }
}

/// The annotation that ends a stretch.
private struct SpanEnd: Hashable {
  let name: String
  let code: AnnotationCode
  let channel: UInt8
  let sample: Int

  init?(_ name: String?, _ annotation: Annotation, at sample: Int?) {
    guard let name, let sample else { return nil }
    self.name = name
    code = annotation.code
    channel = annotation.channel
    self.sample = sample
  }
}

extension [Annotation] {
  /// What a reader can go on from: spans as one annotation each, and nothing that only describes the file.
  public var asBeginning: [Annotation] {
    let ends = Set(compactMap { SpanEnd($0.openedSpan, $0, at: $0.endSample) })
    return filter { annotation in
      guard annotation.sample >= 0, (1...49).contains(annotation.code.rawValue) else { return false }
      if annotation.code == .note, annotation.sample == 0, annotation.aux.text.hasPrefix("## ") { return false }
      return annotation.endSample != nil || SpanEnd(annotation.closedSpan, annotation, at: annotation.sample).map(ends.contains) != true
    }
  }

  /// What is a mark of its own, and does not only begin or end a stretch, which is drawn as a band.
  fileprivate var withoutSpans: [Annotation] {
    let ends = Set(compactMap { SpanEnd($0.openedSpan, $0, at: $0.endSample) })
    return filter { annotation in
      switch annotation.code {
      case .none, .rhythm, .fibrillationStart, .fibrillationEnd: false
      case .noise where annotation.aux.isEmpty: false
      default: annotation.endSample == nil && SpanEnd(annotation.closedSpan, annotation, at: annotation.sample).map(ends.contains) != true
      }
    }
  }
}

/// A stretch of a recording that annotations mark: an episode of a rhythm, noise, a change of ST.
public struct AnnotatedSpan: Sendable, Hashable {
  /// What it is: `AFIB`, `NOISE`, as the annotation has it between its bracket and its end; `VF` between the codes `[` and `]`.
  public var name: String
  /// The signal it belongs to; 0 also where it belongs to all.
  public var channel: UInt8
  /// Where it begins.
  public var start: Int
  /// Where it ends; never before ``start``.
  public var end: Int

  /// A span.
  public init(name: String, channel: UInt8 = 0, start: Int, end: Int) {
    self.name = name
    self.channel = channel
    self.start = start
    self.end = max(start, end)
  }

  /// Its length in samples.
  public var length: Int { end - start }
}

extension Annotation {
  /// The name of the span that begins here: `AFIB` for the text `(AFIB`.
  public var openedSpan: String? {
    let text = aux.text
    guard text.hasPrefix("("), !text.hasSuffix(")"), text.utf8.count > 1 else { return nil }
    return String(text.dropFirst())
  }

  /// The name of the span that ends here: `AFIB` for the text `AFIB)`, or `(AFIB)`.
  public var closedSpan: String? {
    let text = aux.text
    guard text.hasSuffix(")"), text.utf8.count > 1 else { return nil }
    let name = text.dropLast().drop { $0 == "(" }
    return name.isEmpty ? nil : String(name)
  }
}

extension [Annotation] {
  /// Sets ``Annotation/endSample`` of every annotation that opens a span to where the same code, channel and name closes it.
  ///
  /// An end belongs to the last start before it that has none yet. What is never closed, such as PhysioNet's changes of rhythm, stays a point.
  public mutating func joinSpans() {
    var open: [SpanKey: [Int]] = [:]
    for index in indices {
      if let name = self[index].openedSpan {
        open[SpanKey(self[index], name), default: []].append(index)
      } else if let name = self[index].closedSpan, let start = open[SpanKey(self[index], name)]?.popLast() {
        self[start].endSample = self[index].sample
      }
    }
  }

  /// Adds the closing annotation of every span that has none, in order of time, and takes ``Annotation/endSample`` away.
  ///
  /// Where a span's text lacks its bracket it gets one. So every span is two WFDB annotations, and one that has both stays as it is.
  public func splittingSpans() -> [Annotation] {
    var closed: [ClosedSpan: Int] = [:]
    for annotation in self {
      if let name = annotation.closedSpan { closed[ClosedSpan(SpanKey(annotation, name), annotation.sample), default: 0] += 1 }
    }
    var result = self
    var ends: [Annotation] = []
    for index in result.indices {
      guard let end = result[index].endSample else { continue }
      result[index].endSample = nil
      let name = result[index].openedSpan ?? result[index].aux.text
      if result[index].openedSpan == nil { result[index].aux = AnnotationText("(" + name) }
      let key = ClosedSpan(SpanKey(result[index], name), end)
      if let count = closed[key], count > 0 {
        closed[key] = count - 1
      } else {
        var last = result[index]
        last.sample = end
        last.aux = AnnotationText(name + ")")
        ends.append(last)
      }
    }
    return ends.isEmpty ? result : result.merged(withEnds: ends)
  }

  /// Puts ends behind all that stands at or before their sample; the order of what is there stays.
  private func merged(withEnds ends: [Annotation]) -> [Annotation] {
    var result: [Annotation] = []
    result.reserveCapacity(count + ends.count)
    var remaining = ends.sorted { $0.sample < $1.sample }[...]
    for annotation in self {
      while let end = remaining.first, end.sample < annotation.sample {
        result.append(end)
        remaining.removeFirst()
      }
      result.append(annotation)
    }
    return result + remaining
  }

  /// The spans that are marked, in order of their starts.
  ///
  /// - A text `(NAME` opens a span, and the same code, channel and name closes it with `NAME)`.
  /// - A change of rhythm that is never closed lasts until the next one, as PhysioNet's files have it.
  /// - A change of signal quality with noise in it lasts until the next one of its channel and is called `NOISE`.
  /// - Ventricular flutter or fibrillation lasts from `[` to `]` and is called `VF`.
  ///
  /// - Parameter end: Where an open span ends: the record's last sample, or where the last annotation is.
  public func spans(recordEnd end: Int) -> [AnnotatedSpan] {
    var joined = self
    joined.joinSpans()
    var result: [AnnotatedSpan] = []
    var running: [RunningKind: AnnotatedSpan] = [:]
    func close(_ kind: RunningKind, at sample: Int) {
      guard var span = running.removeValue(forKey: kind) else { return }
      span.end = Swift.max(span.start, sample)
      result.append(span)
    }
    for annotation in joined {
      let sample = annotation.sample
      if let end = annotation.endSample, let name = annotation.openedSpan {
        if annotation.code == .rhythm { close(.rhythm, at: sample) }
        result.append(AnnotatedSpan(name: name, channel: annotation.channel, start: sample, end: end))
        continue
      }
      switch annotation.code {
      case .rhythm where annotation.closedSpan == nil && !annotation.aux.isEmpty:
        close(.rhythm, at: sample)
        let name = annotation.openedSpan ?? annotation.aux.text
        running[.rhythm] = AnnotatedSpan(name: name, channel: annotation.channel, start: sample, end: sample)
      case .noise where annotation.aux.isEmpty:
        close(.noise(annotation.channel), at: sample)
        if annotation.subtype != 0 {
          running[.noise(annotation.channel)] = AnnotatedSpan(name: "NOISE", channel: annotation.channel, start: sample, end: sample)
        }
      case .fibrillationStart where running[.fibrillation] == nil:
        running[.fibrillation] = AnnotatedSpan(name: "VF", channel: annotation.channel, start: sample, end: sample)
      case .fibrillationEnd: close(.fibrillation, at: sample)
      default: break
      }
    }
    for kind in running.keys { close(kind, at: end) }
    return result.sorted { ($0.start, $0.end, $0.name, $0.channel) < ($1.start, $1.end, $1.name, $1.channel) }
  }
}

/// What lasts until its next change.
private enum RunningKind: Hashable {
  case rhythm, fibrillation
  case noise(UInt8)
}

/// What a start and an end have in common.
private struct SpanKey: Hashable {
  let code: AnnotationCode
  let channel: UInt8
  let name: String

  init(_ annotation: Annotation, _ name: String) {
    code = annotation.code
    channel = annotation.channel
    self.name = name
  }
}

/// An end that stands in a list.
private struct ClosedSpan: Hashable {
  let key: SpanKey
  let sample: Int

  init(_ key: SpanKey, _ sample: Int) {
    self.key = key
    self.sample = sample
  }
}

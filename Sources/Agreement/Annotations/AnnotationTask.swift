import ECG

/// What the readers of a study of annotation mark.
public enum AnnotationTask: String, Codable, Sendable, CaseIterable {
  /// Every beat, with its kind.
  case beats
  /// Stretches with a name: rhythms, noise.
  case spans
  /// Where waves begin and end.
  case boundaries

  /// Whether a mark is of those asked for; others may stand beside them.
  public func asksFor(_ annotation: Annotation) -> Bool {
    switch self {
    case .beats: annotation.code.isBeat
    case .spans: annotation.endSample != nil
    case .boundaries: annotation.code == .waveOnset || annotation.code == .waveEnd
    }
  }

  /// How far two marks may lie apart that are taken for the same, in ms: the 150 of EC38 and EC57, of boundaries the 30 within which the CSE
  /// working party (1985) has the ends of T waves.
  public var sameWithinMilliseconds: Double {
    self == .boundaries ? 30 : ComparisonPeriod.standardToleranceMilliseconds
  }

  /// Whether two readers marked the same: the same number of marks, each of the same kind and name at about the same place.
  ///
  /// Marks that were not asked for count for nothing; those of different channels are different.
  public func isSame(_ first: [Annotation], _ second: [Annotation], period: ComparisonPeriod) -> Bool {
    let limit = period.samplingRateHertz * sameWithinMilliseconds / 1000
    let (one, other) = (Self.groups(first.filter(asksFor), of: self), Self.groups(second.filter(asksFor), of: self))
    guard one.count == other.count else { return false }
    return one.allSatisfy { key, marks in
      guard let others = other[key], others.count == marks.count else { return false }
      return zip(marks, others).allSatisfy { mark, partner in
        let ends = Double((mark.endSample ?? mark.sample) - (partner.endSample ?? partner.sample))
        return abs(Double(mark.sample - partner.sample)) <= limit && abs(ends) <= limit && (self != .beats || mark.code == partner.code)
      }
    }
  }

  private struct Group: Hashable {
    let code: AnnotationCode
    let name: String
    let channel: UInt8
  }

  /// Marks that can be one another, in order of time: beats of all kinds, spans of one name, onsets, ends.
  private static func groups(_ marks: [Annotation], of task: AnnotationTask) -> [Group: [Annotation]] {
    Dictionary(grouping: marks.sorted { $0.sample < $1.sample }) { mark in
      Group(code: task == .beats ? .normal : mark.code, name: mark.openedSpan ?? "", channel: mark.channel)
    }
  }
}

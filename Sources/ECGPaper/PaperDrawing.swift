import ECG
import ECGSignal

/// What lies on a sheet of ECG paper, in millimetres from its upper left corner and in millivolts: lanes of traces, and a layer of marks over them.
///
/// ``BraillePaper`` draws it in dots, ``PaperSVG`` in vectors.
public struct PaperDrawing: Sendable {
  /// The layout drawn.
  public let layout: LeadLayout
  /// The lanes, row by row.
  public let lanes: [PaperLane]
  /// The height of the strip under each block that a time axis, and the words under a beat, may take, by the block's number.
  package let axes: [PaperAxis]
  /// What is marked on the lanes.
  public var marks: [PaperMark] = []
  /// Seconds from the left edge of the recording's lanes to the right of the last one.
  public let spanSeconds: Double
  /// Seconds in one column of the recording's lanes.
  public let columnSeconds: Double
  /// The gain asked for, where some lead does not fit at it and a smaller one is in force.
  public let reducedFrom: Double?
  /// The width of all lanes together.
  package let width: Double

  /// The row of lanes on which beats are named: the first lane that has a row to itself, a rhythm strip, else the first row of the recording.
  ///
  /// A beat is the same in all leads; named in each, letters would hide what they name.
  package var namingRow: Int? {
    let rows = Dictionary(grouping: lanes.filter { $0.content == .recording }, by: \.row)
    return rows.filter { $0.value.count == 1 }.keys.min() ?? rows.keys.min()
  }
}

/// Where a time axis lies.
package struct PaperAxis: Sendable {
  /// Its upper edge, in millimetres.
  package let top: Double
}

/// The paper of one lead: where it lies in millimetres, and which stretch of time it shows at which scale.
public struct PaperLane: Sendable, Equatable {
  /// The lead shown.
  package let place: LeadPlace
  /// Of what.
  public let content: PaperContent
  /// Which block of the layout it belongs to, from the top.
  package let block: Int
  /// Which row of leads, counted over all blocks: neighbours are told apart by it.
  package let row: Int
  /// Which column of its row.
  package let column: Int
  /// Whether words about it stand under it.
  package let hasWords: Bool
  /// Its left edge.
  package var left: Double
  /// Its width.
  package var width: Double
  /// Its upper edge.
  package let top: Double
  /// Its height.
  package let height: Double
  /// How far down 0 mV lies.
  package let baseline: Double
  /// The time at its left edge, in seconds; of a median beat, from its start on.
  public var startSeconds: Double
  /// Millimetres a second.
  public var speed: Double
  /// Millimetres a millivolt.
  public let gain: Double

  /// The lead shown.
  public var lead: Lead { place.lead }
  /// Whether it is shown upside down, as −aVR.
  public var isInverted: Bool { place.isInverted }
  /// The lead's name as paper writes it: `V1`, `−aVR`.
  public var name: String { (isInverted ? "−" : "") + lead.name }
  /// How far to the right a time lies.
  package func x(ofSecond seconds: Double) -> Double { left + (seconds - startSeconds) * speed }
  /// How far down a value lies.
  package func y(ofMillivolts value: Double) -> Double { baseline - (isInverted ? -value : value) * gain }
}

/// Something marked on the paper over its traces: on every lane that shows its time, or on one lead's alone.
public struct PaperMark: Sendable, Equatable {
  /// What is marked.
  public enum Shape: Sendable, Equatable {
    /// A caret of the calipers; the one that keys move stands out.
    case caret(isActive: Bool)
    /// A repetition of the calipers' distance.
    case march
    /// A beat, by the letter of its kind; the one that a key went to stands out.
    case beat(Character, isChosen: Bool = false)
    /// A wave, as long as given, by a bracket at either end.
    case wave(seconds: Double)
    /// A stretch with a name, as long as given.
    case span(name: String, seconds: Double)
    /// A letter of a layer of annotations, and where it marks a beat, a faint line through the leads it belongs to.
    case letter(String, LayerPlace, hasLine: Bool)
    /// Where a layer of annotations has a wave begin or end.
    case parenthesis(Character, LayerPlace)
    /// A stretch that a layer of annotations marks, as long as given.
    case band(name: String, seconds: Double, LayerPlace)
  }

  /// What is marked.
  public var shape: Shape
  /// Where, in seconds of the recording or of the median beat.
  public var seconds: Double
  /// Of which of the two.
  public var content: PaperContent
  /// On which lead; nil on all.
  public var lead: Lead?

  /// A mark.
  public init(_ shape: Shape, at seconds: Double, of content: PaperContent = .recording, on lead: Lead? = nil) {
    self.shape = shape
    self.seconds = seconds
    self.content = content
    self.lead = lead
  }

  /// Whether it lies on a lane.
  package func lies(on lane: PaperLane) -> Bool {
    guard lane.content == content, lead == nil || lead == lane.lead else { return false }
    let stretch = lane.startSeconds...lane.startSeconds + lane.width / max(lane.speed, 1e-9)
    switch shape {
    case .span(_, let length), .band(_, let length, _), .wave(let length):
      return seconds <= stretch.upperBound && seconds + length >= stretch.lowerBound
    default: return stretch.contains(seconds)
    }
  }
}

/// What a drawing is made from: the recording, and the median of its beats where they were found.
public struct PaperTraces: Sendable {
  /// The recording as the eye is to see it.
  public let recording: LoadedRecording?
  /// The median of its beats.
  public let medianBeats: LoadedRecording?

  /// The part of a median beat that is its own, in seconds from its start: what lies before and after belongs to its neighbours; nil where nobody knows.
  public let ownSeconds: ClosedRange<Double>?

  /// The traces; `rrSeconds` is the usual distance of two beats.
  public init(recording: LoadedRecording?, medianBeats: LoadedRecording?, rrSeconds: Double? = nil) {
    self.recording = recording
    self.medianBeats = medianBeats
    ownSeconds = rrSeconds.map { Self.ownSeconds(rrSeconds: $0) }
  }

  /// A beat's own part: from the end of the T wave before it to the start of the P wave after it, as they lie where the rate is ordinary.
  private static func ownSeconds(rrSeconds: Double) -> ClosedRange<Double> {
    let peak = BeatPaper.secondsToPeak
    let start = max(0, peak - rrSeconds + min(0.42, 0.6 * rrSeconds))
    return start...max(start, min(BeatPaper.seconds, peak + rrSeconds - 0.2))
  }

  /// Those of a lane.
  package subscript(content: PaperContent) -> LoadedRecording? { content == .recording ? recording : medianBeats }

  /// How far a lead rises above 0 mV and falls below it anywhere, in millivolts, as it is shown; nil where nothing is known of it.
  func reach(of place: LeadPlace, _ content: PaperContent) -> (up: Double, down: Double)? {
    guard let extremes = self[content]?.leadExtremes[place.lead.rawValue] else { return nil }
    let (low, high) = (Double(extremes.minimum), Double(extremes.maximum))
    return place.isInverted ? (max(0, -low), max(0, high)) : (max(0, high), max(0, -low))
  }
}

/// The paper of median beats: its time counts from the R peak.
package enum BeatPaper {
  /// How long a median beat is.
  package static let seconds = MedianBeats.secondsBefore + MedianBeats.secondsAfter
  /// Where its R peak is.
  package static let secondsToPeak = MedianBeats.secondsBefore
}

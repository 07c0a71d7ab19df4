import ArgumentParser
import ECG
import ECGPaper
import ECGSignal

/// How the paper lies on a screen that is printed.
struct PaperOptions: ParsableArguments {
  @Flag(help: "Draw the paper's grid: large boxes of 5 mm, and small ones of 1 mm where that is at least 2 dots.") var grid = false
  @Flag(help: "Limb leads in Cabrera's order: aVL, I, −aVR, II, aVF, III.") var cabrera = false
  @Option(help: "The lead of the rhythm strip: \(Lead.allValueStrings.joined(separator: ", ")). Default: II.") var rhythm: Lead?
  @Option(help: "Display filter: \(DisplayFilter.allCases.map(\.rawValue).joined(separator: ", ")). The network never sees it.")
  var filter: DisplayFilter = .none
  @Option(help: "Paper speed in mm/s. Default: 25.") var speed: Double?
  @Option(help: "Gain in mm/mV. Default: 10, or less where the recording does not fit.") var gain: Double?

  mutating func validate() throws {
    for (name, value) in [("--speed", speed), ("--gain", gain)] {
      if let value, !(0.01...1000).contains(value) { throw ValidationError("\(name) takes a number from 0.01 to 1000") }
    }
  }

  /// The paper asked for.
  var settings: PaperSettings {
    var settings = PaperSettings()
    settings.ruling = grid ? .small : .none
    settings.isCabrera = cabrera
    settings.rhythmLead = rhythm ?? .ii
    settings.filter = filter
    if let speed { settings.scale.speedMillimetresPerSecond = speed }
    if let gain {
      settings.scale.gainMillimetresPerMillivolt = gain
      settings.isGainChosen = true
    }
    return settings
  }
}

extension DisplayFilter: ExpressibleByArgument {}

extension Lead: ExpressibleByArgument {
  /// Reads a lead's name.
  public init?(argument: String) { self.init(signalName: argument) }
  /// The names, which help and messages list; what stands behind them is no word for anybody.
  public static var allValueStrings: [String] { allCases.map(\.name) }
  /// No more is said of them.
  public static var allValueDescriptions: [String: String] { [:] }
}

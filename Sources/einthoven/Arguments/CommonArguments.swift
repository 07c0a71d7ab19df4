import ArgumentParser
import Classification
import ECG
import ECGPaper
import ReviewDesk
import TerminalUI
import Workbench

/// How results are printed.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case table, csv, json
}

extension MeasurementFormat: ExpressibleByArgument {}

extension Diagnosis: ExpressibleByArgument {
  /// Reads what stands on the command line; nil where it means nothing.
  public init?(argument: String) {
    guard let diagnosis = Diagnosis.named(argument) else { return nil }
    self = diagnosis
  }

  /// As help shows a default.
  public var defaultValueDescription: String { abbreviation }
}

extension Shard: ExpressibleByArgument {
  /// Reads what stands on the command line; nil where it means nothing.
  public init?(argument: String) { self.init(argument) }
}

extension PredictionFormat: ExpressibleByArgument {}

extension LeadLayout: ExpressibleByArgument {
  /// Reads what stands on the command line; nil where it means nothing.
  public init?(argument: String) { self.init(argument) }
}

extension Size: ExpressibleByArgument {
  /// Reads `200x50`: columns, rows.
  public init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let columns = parts[0], let rows = parts[1], columns > 0, rows > 0, columns <= 4000, rows <= 4000 else {
      return nil
    }
    self.init(columns: columns, rows: rows)
  }
}

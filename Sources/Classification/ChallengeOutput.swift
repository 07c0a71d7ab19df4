import ECG
import PlainText

/// The output file of the PhysioNet/CinC Challenge 2020: a line naming the record, then codes, decisions and scores, one row each.
public enum ChallengeOutput {
  /// The file's text for one record.
  public static func text(record: String, _ classes: [ClassPrediction]) -> String {
    let rows = [
      CSVWriter.row(classes.map(\.diagnosis.code)),
      CSVWriter.row(classes.map { $0.isPositive ? "1" : "0" }),
      CSVWriter.row(classes.map { "\($0.probability)" }),
    ]
    return (["#" + record.withoutControlCharacters] + rows).joined(separator: "\n") + "\n"
  }
}

import ECG
import ECGPaper
import Foundation
import TerminalUI

/// The top line: which study, how far, which record, who, how long; the reader and what is blind at the right.
enum TitleLine {
  static func draw(_ state: DeskState, in rect: Rect, into grid: inout Grid) {
    grid.fill(rect, style: .ink(.status))
    let right = rightText(state)
    let rightColumn = max(rect.column, rect.endColumn - right.count - 1)
    var column = rect.column + 1
    for (index, part) in parts(state).enumerated() {
      let room = rightColumn - 2 - column
      // Who it is about must be there, cut if need be; further parts whole or not at all.
      guard room > 0, index < 3 || part.count <= room else { break }
      let style = Style(.status, index == 0 ? .bold : [])
      column += grid.write(part, column: column, row: rect.row, style: style, maxColumns: room) + 2
    }
    grid.write(right, column: rightColumn, row: rect.row, style: .ink(.status))
  }

  private static func parts(_ state: DeskState) -> [String] {
    var parts: [String] = []
    let position = "\(min(state.current + 1, state.cases.count))/\(state.cases.count)"
    if let study = state.study {
      let judged = state.cases.count { $0.verdict != nil }
      parts.append(state.hidesPatient ? "study" : study.study.name)
      parts.append("case \(position)")
      parts.append("\(judged) judged")
    } else {
      parts.append("einthoven")
      parts.append("record \(position)")
    }
    let name = state.openCase?.name ?? "no record"
    // A nameless case is called by its place, which stands there already.
    if name != DeskCase.nameless(state.current) { parts.append(name) }
    guard let recording = state.recording else { return parts }
    if !state.hidesPatient { parts.append(patient(recording.patient)) }
    parts.append("\(PaperScale.text(recording.samplingRateHertz)) Hz")
    parts.append(String(format: "%.1f s", recording.durationSeconds))
    if !recording.absentLeads.isEmpty { parts.append("\(12 - recording.absentLeads.count) of 12 leads") }
    return parts
  }

  private static func patient(_ patient: Patient) -> String {
    let sex =
      switch patient.sex {
      case .female: "F"
      case .male: "M"
      case nil: "sex unknown"
      }
    return sex + (patient.ageYears.map { " \($0) y" } ?? ", age unknown")
  }

  private static func rightText(_ state: DeskState) -> String {
    guard let study = state.study else { return "not a medical device" }
    // An adjudicator sees what the readers said.
    let hidden = study.study.blinding.subtracting(study.isAdjudicating ? .readers : []).names
    return "reader \(study.reviewer)" + (hidden.isEmpty ? "" : "  blind: " + hidden.joined(separator: ", "))
  }
}

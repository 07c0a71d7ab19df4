import ECG

extension LeadLayout {
  /// The one table of the views in which questions are answered; where a reader chose a view, that one is shown.
  ///
  /// Axis and hemiblock are read from the limb leads, rhythm from long strips, conduction from the QRS in V1, V2, I and V6, and T waves, Q waves and
  /// voltage from all twelve leads.
  private static let questions: [(layout: LeadLayout, diagnoses: [String])] = [
    (.limb, ["LAD", "RAD", "LAnFB"]),
    (.rhythm, ["AF", "AFL", "PAC", "PVC", "SA", "SB", "STach", "Brady", "PR"]),
    (.conduction, ["IRBBB", "CRBBB", "LBBB", "NSIVCB", "IAVB", "LPR", "LQT"]),
    (.threeByFour, ["TAb", "TInv", "QAb", "LQRSV"]),
  ]

  /// The view in which a question about a diagnosis is answered; the standard sheet for all that the table does not name.
  public static func answering(_ diagnosis: Diagnosis) -> LeadLayout {
    questions.first { $0.diagnoses.contains(diagnosis.abbreviation) }?.layout ?? .threeByFour
  }
}

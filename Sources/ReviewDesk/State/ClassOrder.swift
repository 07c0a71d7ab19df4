import Classification
import ECG

extension DeskState {
  /// The predictions in view: the window's where the paper shows one of several, else the recording's.
  func classes(inWindow window: Int) -> [ClassPrediction]? { answers.windows[window] ?? answers.mean }

  /// Indices of classes in the order of the screen: the class a study asks about first, then by probability.
  func classOrder(inWindow window: Int) -> [Int] {
    guard let classes = classes(inWindow: window) else { return Array(Diagnosis.all.indices) }
    return order(of: classes)
  }

  /// The classes that the panel lists, in its order: all, or those that say something.
  func listedClasses(inWindow window: Int) -> [Int] { classes(inWindow: window).map(listed) ?? [] }

  /// How many classes the panel lists, whichever window is in view.
  var listedClassCount: Int { answers.best.map { listed($0).count } ?? 0 }

  private func order(of classes: [ClassPrediction]) -> [Int] {
    let asked = study?.diagnosis.index
    return classes.indices.sorted { left, right in
      if (left == asked) != (right == asked) { return left == asked }
      if classes[left].probability != classes[right].probability { return classes[left].probability > classes[right].probability }
      return left < right
    }
  }

  /// A class says something where it is decided, labelled, asked about, selected, or near its threshold.
  private func listed(_ classes: [ClassPrediction]) -> [Int] {
    let order = order(of: classes)
    guard !listsAllClasses else { return order }
    let labels = isHidden(.labels) ? [] : recording?.scoredDiagnoses ?? []
    return order.filter { index in
      let prediction = classes[index]
      return prediction.isPositive || prediction.probability >= prediction.threshold / 2 || labels.contains(prediction.diagnosis)
        || index == selectedClass || prediction.diagnosis == study?.diagnosis
    }
  }
}

import Classification
import ECG

extension DeskState {
  /// The predictions in view: the window's where the paper shows one of several, else the recording's.
  func classes(inWindow window: Int) -> [ClassPrediction]? { answers.windows[window] ?? answers.mean }

  /// Indices of classes in the order of the screen: the class a study asks about first, then by probability.
  func classOrder(inWindow window: Int) -> [Int] {
    guard let classes = classes(inWindow: window) else { return Array(Diagnosis.all.indices) }
    let asked = study?.diagnosis.index
    return classes.indices.sorted { left, right in
      if (left == asked) != (right == asked) { return left == asked }
      if classes[left].probability != classes[right].probability { return classes[left].probability > classes[right].probability }
      return left < right
    }
  }
}

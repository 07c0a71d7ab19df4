import PlainText

/// One showing of a path in a study; paths that differ in a byte are two, even where they are one text to Unicode.
struct Showing: Hashable {
  private let path: ExactText
  private let repetition: Int

  /// The showing of a path, counted from 1.
  init(path: String, repetition: Int) {
    self.path = ExactText(path)
    self.repetition = repetition
  }
}

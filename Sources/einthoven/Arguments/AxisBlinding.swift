import ECG
import ECGPaper
import Foundation
import LabelReview

/// What a study hides about an axis where nothing was said: the measured axis answers its question, so whoever makes the study decides.
struct AxisBlinding {
  /// The diagnosis asked about.
  let diagnosis: Diagnosis

  private var isAboutAxis: Bool { LeadLayout.answering(diagnosis) == .limb }
  private var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// Asks at the terminal whether measurements are hidden besides the usual; nil where the question is another's, or nobody can be asked.
  func asked(besides usual: Visible) -> Visible? {
    guard isAboutAxis, isInteractive else { return nil }
    let question = "The measured axis would answer the question. Hide measurements from readers? [Y/n] "
    try? FileHandle.standardError.write(contentsOf: Data(question.utf8))
    let answer = readLine()?.trimmingCharacters(in: .whitespaces).lowercased() ?? ""
    return answer.hasPrefix("n") ? usual : usual.union(.measurements)
  }

  /// Says what readers will see, where nobody could be asked.
  func complainIfUnasked() {
    guard isAboutAxis, !isInteractive else { return }
    Console.complain("readers will see the measured axis; --blind labels,model,readers,measurements hides it")
  }
}

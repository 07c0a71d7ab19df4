import ECG
import Foundation

extension String {
  /// The name under which a reader's annotations lie in files, of the letters and digits of the reader's name: `HG` for HG, `Ana_Muller` for Ana Müller.
  ///
  /// It becomes the extension of a file; one that stands for something else already gets `by-` before it.
  public var annotatorName: String {
    let plain = folding(options: .diacriticInsensitive, locale: nil).map { $0.isWhitespace ? "_" : $0 }
    let name = String(plain.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }.prefix(60))
    guard !name.isEmpty else { return "reader" }
    let isTaken = Lead(signalName: name) != nil || name.lowercased() == "atr" || ReservedExtensions.contains(name)
    return isTaken ? "by-" + name : name
  }
}

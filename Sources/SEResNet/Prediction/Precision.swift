/// In which numbers a network's convolutions multiply; all else, and every sum, is single precision.
public enum Precision: String, Sendable, CaseIterable {
  /// Single precision (FP32).
  case exact
  /// From the third block on operands rounded to bfloat16 after Winograd's transforms, where the processor has AVX512-BF16; probabilities
  /// differ by under 0.01.
  case fast
}

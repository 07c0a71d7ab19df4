import ECG
import ECGSignal
import Foundation
import TestSupport
import Testing

@Suite struct WaveNetworkTests {
  private struct Golden: Decodable {
    let logOdds: [[[Float]]]
    enum CodingKeys: String, CodingKey { case logOdds = "log_odds" }
  }

  /// The same formula as in Tests/Oracles/wave_network.py.
  private static let leads: [[Float]] = (0..<3).map { lead in
    (0..<192).map { index -> Float in
      let wave = sin(0.05 * Double(lead + 1) * Double(index))
      return Float(index % 61 < 6 ? wave + 4 - Double(lead) : wave)
    }
  }

  @Test func logOddsAreThoseOfPyTorch() throws {
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: Checkout.golden("ECGSignal/wave-network.json"))).logOdds
    let values = WaveNetwork.shipped.logOdds(of: Self.leads)
    for (lead, waves) in golden.enumerated() {
      for (wave, expected) in waves.enumerated() {
        for (index, odds) in expected.enumerated() {
          let error: Float = abs(values[lead][wave][index] - odds)
          #expect(error < 2e-3 * max(1, abs(odds)))
        }
      }
    }
  }

  @Test func leadsMayComeInAnyOrder() {
    let values = WaveNetwork.shipped.logOdds(of: Self.leads)
    let turned = WaveNetwork.shipped.logOdds(of: [Self.leads[2], Self.leads[0], Self.leads[1]])
    for (lead, twin) in [(2, 0), (0, 1), (1, 2)] {
      for wave in 0..<3 { #expect(zip(values[lead][wave], turned[twin][wave]).allSatisfy { abs($0 - $1) < 1e-3 }) }
    }
  }
}

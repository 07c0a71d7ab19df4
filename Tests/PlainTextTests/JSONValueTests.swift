import Foundation
import PlainText
import Testing

struct JSONValueTests {
  @Test func membersKeepTheirOrder() {
    let value: JSONValue = ["z": .number(1.5), "a": [true, nil, "x"], "m": .object([])]
    #expect(value.text == #"{"z":1.5,"a":[true,null,"x"],"m":{}}"#)
  }

  @Test func numbersAreShortestAndNeverNaN() {
    #expect(JSONValue(0.1 as Double?).text == "0.1")
    #expect(JSONValue(0.1 as Float?).text == "0.1")
    #expect(JSONValue(3.0 as Double?).text == "3")
    #expect(JSONValue(1e300 as Double?).text == "1e+300")
    #expect(JSONValue(Double.nan as Double?).text == "null")
    #expect(JSONValue(Float.infinity as Float?).text == "null")
    #expect(JSONValue.number(-.infinity).text == "null")
    #expect(JSONValue([1, .nan] as [Double]).text == "[1,null]")
    #expect(JSONValue(nil as Int?).text == "null")
    #expect(JSONValue(Int.min as Int?).text == "-9223372036854775808")
  }

  @Test(arguments: [0.1, 1.0 / 3, Double.leastNonzeroMagnitude, 1.7976931348623157e308, -0.0, 123_456_789_012_345_680, 1e16] as [Double])
  func numbersReadBackToTheSameValue(value: Double) throws {
    let back = try JSONDecoder().decode([Double].self, from: Data(JSONValue([value]).text.utf8))
    #expect(back == [value])
  }

  @Test func stringsReadBackAndHoldNoControlCharacter() throws {
    let scalars = (0...0x2100).compactMap(Unicode.Scalar.init) + ["😀", "\"", "\\"]
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    let json = JSONValue([text]).text
    let back = try JSONDecoder().decode([String].self, from: Data(json.utf8))
    #expect(back.first.map { Array($0.utf8) } == Array(text.utf8))
    #expect(!json.unicodeScalars.contains { $0.isUnsafeOnTerminal })
  }
}

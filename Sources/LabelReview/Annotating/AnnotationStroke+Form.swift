import ECG
import Foundation
import PlainText

extension AnnotationStroke {
  /// Version of the stored form that this program writes.
  public static let formVersion = 1

  /// The stroke as it is stored: a JSON object.
  ///
  /// `{"version":1,"do":"change","source":"atr","changes":[[null,[1042,5]],[[980,1],null]]}`, or `{"version":1,"do":"undo"}`. A change is what was there and
  /// what is there now. An annotation is `[sample,code,end,subtype,channel,number,text]`, without what is null, 0 or empty at its end; a text that is no
  /// UTF-8 is a list of its bytes.
  public var form: String { json.text }

  /// The stroke as a JSON value, see ``form``.
  public var json: JSONValue {
    var members: [(String, JSONValue)] = [("version", .integer(Self.formVersion))]
    switch self {
    case .change(let changes, let source):
      members.append(("do", "change"))
      if let source { members.append(("source", .string(source.storable))) }
      members.append(("changes", .array(changes.map { .array([$0.before?.stored ?? .null, $0.after?.stored ?? .null]) })))
    case .undo: members.append(("do", "undo"))
    case .redo: members.append(("do", "redo"))
    }
    return .object(members)
  }

  /// Reads what ``form`` wrote, of this version; nil where it is something else.
  public init?(form: String) {
    guard let object = (try? JSONSerialization.jsonObject(with: Data(form.utf8))) as? [String: Any],
      object["version"] as? Int == Self.formVersion, let word = object["do"] as? String
    else { return nil }
    switch word {
    case "undo": self = .undo
    case "redo": self = .redo
    case "change":
      guard let pairs = object["changes"] as? [[Any]] else { return nil }
      var changes: [AnnotationChange] = []
      changes.reserveCapacity(pairs.count)
      for pair in pairs {
        guard pair.count == 2, let before = Self.annotation(pair[0]), let after = Self.annotation(pair[1]) else { return nil }
        changes.append(AnnotationChange(before: before.value, after: after.value))
      }
      self = .change(changes, source: object["source"] as? String)
    default: return nil
    }
  }

  /// An annotation, or none; nil where it is something else.
  private static func annotation(_ stored: Any) -> (value: Annotation?, Void)? {
    if stored is NSNull { return (nil, ()) }
    guard let fields = stored as? [Any], (2...7).contains(fields.count), let sample = fields[0] as? Int,
      let code = (fields[1] as? Int).flatMap(UInt8.init(exactly:))
    else { return nil }
    func number<Value: FixedWidthInteger>(_ index: Int, _ type: Value.Type) -> Value? {
      guard index < fields.count else { return 0 }
      return (fields[index] as? Int).flatMap(Value.init(exactly:))
    }
    guard let subtype = number(3, Int8.self), let channel = number(4, UInt8.self), let own = number(5, Int8.self) else { return nil }
    var annotation = Annotation(sample: sample, code: AnnotationCode(rawValue: code), subtype: subtype, channel: channel, number: own)
    if fields.count > 2, !(fields[2] is NSNull) {
      guard let end = fields[2] as? Int else { return nil }
      annotation.endSample = end
    }
    if fields.count > 6 {
      if let text = fields[6] as? String {
        annotation.aux = AnnotationText(text)
      } else {
        guard let bytes = (fields[6] as? [Int])?.map(UInt8.init(exactly:)), !bytes.contains(nil) else { return nil }
        annotation.aux = AnnotationText(bytes: bytes.compactMap { $0 })
      }
    }
    return (annotation, ())
  }
}

extension Annotation {
  /// The annotation in the stored form of a stroke.
  fileprivate var stored: JSONValue {
    var fields: [JSONValue] = [
      .integer(sample), .integer(Int(code.rawValue)), JSONValue(endSample), .integer(Int(subtype)), .integer(Int(channel)),
      .integer(Int(number)), text,
    ]
    let isDefault = [false, false, endSample == nil, subtype == 0, channel == 0, number == 0, aux.isEmpty]
    while isDefault[fields.count - 1] { fields.removeLast() }
    return .array(fields)
  }

  /// Texts without NUL that are UTF-8 in one form only; all others as bytes.
  private var text: JSONValue {
    guard let text = String(validating: aux.bytes, as: UTF8.self), !aux.bytes.contains(0) else {
      return .array(aux.bytes.map { .integer(Int($0)) })
    }
    return .string(text)
  }
}

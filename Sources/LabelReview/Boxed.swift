/// A value in a place of its own: whatever holds it, or nothing in its stead, takes the room of a reference.
///
/// For what only some of many thousand things have. Copies share the place until one of them is changed.
package struct Boxed<Value: Sendable>: Sendable {
  private var place: [Value]

  /// Puts a value in its place.
  package init(_ value: Value) { place = [value] }

  /// The value.
  package var value: Value {
    get { place[0] }
    _modify { yield &place[0] }
  }
}

extension Boxed: Equatable where Value: Equatable {}
extension Boxed: Hashable where Value: Hashable {}

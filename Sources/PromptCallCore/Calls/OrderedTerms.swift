/// The terms of a call, held once however often its record is copied.
@usableFromInline
final class OrderedTerms: Equatable, Sendable {
    @usableFromInline
    let terms: CallTerms

    init(_ terms: CallTerms) {
        self.terms = terms
    }

    @usableFromInline
    static func == (left: OrderedTerms, right: OrderedTerms) -> Bool {
        left === right || left.terms == right.terms
    }
}

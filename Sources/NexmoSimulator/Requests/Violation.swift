/// What is wrong with a field of a request or an NCCO.
package struct Violation: Error, Equatable, Sendable {
    /// Which of Nexmo's two bodies a refusal gets.
    package enum Form: Equatable, Sendable {
        /// Missing, of the wrong type or unknown: the gateway's body.
        case structure
        /// Out of range: the voice service's body.
        case value
    }

    package var form: Form
    /// The field, as a path: `ncco[0].text`.
    package var name: String
    /// Why; never what the field held.
    package var reason: String

    package init(_ form: Form, _ name: String, _ reason: String) {
        self.form = form
        self.name = name
        self.reason = reason
    }
}

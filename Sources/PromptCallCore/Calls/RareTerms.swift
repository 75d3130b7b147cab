/// What only some calls are ordered with. It is kept apart, so that no other call has to hold it.
package final class RareTerms: Equatable, Sendable {
    package let redial: RedialTerms?
    package let machine: MachineTerms?

    /// Takes what was ordered; nil where that is nothing.
    package init?(redial: RedialTerms?, machine: MachineTerms?) {
        guard redial != nil || machine != nil else { return nil }
        self.redial = redial
        self.machine = machine
    }

    package static func == (left: RareTerms, right: RareTerms) -> Bool {
        left.redial == right.redial && left.machine == right.machine
    }
}
